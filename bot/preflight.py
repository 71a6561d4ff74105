"""What a run in the terminal does not wait for: its operator sits in front of it."""

from bot.bootstrap import Program
from core.domain.commands import Command
from core.domain.updates import Noticed
from core.steps.review import OPERATOR_TOLD


class Carrier:
    """`adapters.following.Host`: this process carries the run."""

    def __init__(self, program: Program) -> None:
        self.program = program

    async def look_after(self, command: str, run: str) -> None:
        await self.program.service.look_after(command, run)

    def unreachable(self, command: Command) -> str:
        return unreachable(self.program, command)

    def helpless(self, update: Noticed) -> str:
        return only_the_operator_helps(update)


def unreachable(program: Program, command: Command) -> str:
    """Why no picture would come of it: nobody answers, or the account is in trouble; else "". What is
    painted by the embedded engine needs nobody."""
    spare = program.ctx.spare
    if spare is not None and getattr(command, "painter", "") == spare.painter.profile.name:
        return ""
    for report in program.reports:
        if report.state in ("silent", "trouble"):
            return f"{report.keys}: {report.name}: {report.sentence.partition(';')[0].rstrip('.')}."
    return ""


def only_the_operator_helps(update: Noticed) -> str:
    """What is wrong, where a run waits for its operator to mend it; else ""."""
    if not update.sentence.endswith(OPERATOR_TOLD):
        return ""
    return f"{update.sentence.removesuffix(OPERATOR_TOLD)}."
