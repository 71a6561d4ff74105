"""Sets of prompts: the one shipped here, a sentence a line, JSON Lines with questions, and the files
of published benchmarks that a person brings along.

Of those the columns are read by name as their projects publish them: DSG-1k (CSV: item_id, text,
question_natural_language), DrawBench (CSV: Prompts, Category), GenEval 2 and ConceptMix (JSON Lines:
prompt, and vqa_list or questions).
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from core.domain.errors import BadRequest
from core.domain.trial import QuestionKind, TrialPrompt, TypedQuestion

SHIPPED = Path(__file__).with_name("prompts.jsonl")
KINDS: tuple[str, ...] = get_args(QuestionKind)
MAX_BYTES = 20_000_000


def read_set(path: Path) -> tuple[TrialPrompt, ...]:
    """The prompts of a file. Raises BadRequest with what is wrong and where."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadRequest(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB.")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadRequest(f"{path} can't be read as text: {exc}.") from exc
    found = tuple(_prompts(path, text))
    if not found:
        raise BadRequest(f"{path.name} has no prompts: one sentence a line, or JSON Lines.")
    ids = [each.id for each in found]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise BadRequest(f"{path.name}: the id {twice[0]} is there twice.")
    return found


def _prompts(path: Path, text: str) -> Iterable[TrialPrompt]:
    if path.suffix in (".csv", ".tsv"):
        return _table(text, "\t" if path.suffix == ".tsv" else ",")
    if path.suffix in (".jsonl", ".json") or text.lstrip().startswith("{"):
        return _json_lines(path.name, text)
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    return (TrialPrompt(f"{n:03}", line, ()) for n, line in enumerate(kept, 1))


def _json_lines(name: str, text: str) -> Iterable[TrialPrompt]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as exc:
            raise BadRequest(f"{name}, line {number}: this is no JSON.") from exc
        fields = cast(dict[str, Any], row) if isinstance(row, dict) else {}
        if not isinstance(fields.get("prompt"), str):
            raise BadRequest(f'{name}, line {number}: an object with "prompt" is wanted.')
        yield _from_row(fields, number)


def _from_row(row: Mapping[str, Any], number: int) -> TrialPrompt:
    asked = cast(list[object], row.get("questions") or row.get("vqa_list") or [])
    questions = tuple(q for each in asked if (q := _question(each)) is not None)
    group = str(row.get("set") or row.get("group") or row.get("skill") or "")
    return TrialPrompt(str(row.get("id", f"{number:03}")), str(row["prompt"]), questions, group)


def _question(given: object) -> TypedQuestion | None:
    """A sentence, [question, answer], or an object; one that is not to be answered yes is left out."""
    if isinstance(given, str):
        return TypedQuestion(given)
    if isinstance(given, list):
        pair = [str(each) for each in cast(list[object], given)]
        return TypedQuestion(pair[0]) if pair and pair[1:2] in ([], ["yes"], ["Yes"]) else None
    if isinstance(given, dict):
        row = cast(dict[str, object], given)
        kind = str(row.get("kind", "other"))
        known = cast(QuestionKind, kind if kind in KINDS else "other")
        return TypedQuestion(str(row.get("text") or row.get("question") or ""), known)
    return None


def _table(text: str, delimiter: str) -> Iterable[TrialPrompt]:
    """A row a question (DSG) or a row a prompt (DrawBench)."""
    found: dict[str, TrialPrompt] = {}
    for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter=delimiter), 1):
        prompt = row.get("text") or row.get("Prompts") or row.get("prompt") or ""
        if not prompt:
            raise BadRequest(f"Row {number} has no column text, Prompts or prompt.")
        id = row.get("item_id") or f"{number:03}"
        asked = row.get("question_natural_language") or ""
        before = found.get(id, TrialPrompt(id, prompt, (), row.get("Category") or ""))
        questions = (*before.questions, TypedQuestion(asked)) if asked else before.questions
        found[id] = TrialPrompt(id, before.prompt, questions, before.group)
    return found.values()
