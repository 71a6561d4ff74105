"""A person's day and sessions as facts for programs: plain values that JSON has."""

from typing import Any

from adapters.following import money
from core.ports.api import QuotaView, SessionSummary


def of_quota(view: QuotaView) -> dict[str, Any]:
    return {
        "images": view.images,
        "images_limit": view.images_limit,
        "usd": money(view.usd),
        "usd_limit": money(view.usd_limit),
        "free_at": view.free_at.isoformat(),
        "frozen": view.frozen,
    }


def quota_line(view: QuotaView) -> str:
    used = f"{view.images} of {view.images_limit} images, {view.open_runs} runs open"
    spent = f"${view.usd:.4f} of ${view.usd_limit:.2f} today, ${view.usd_per_run:.2f} a run"
    frozen = " All runs are stopped by the operator." if view.frozen else ""
    return f"{used}; {spent}.{frozen}"


def of_session(each: SessionSummary, scheme: str = "") -> dict[str, Any]:
    """`scheme`: what stands before a picture's hash."""
    score = each.best.score if each.best else None
    return {
        "session": each.session.id,
        "mode": each.session.mode,
        "name": each.session.name,
        "goal": each.session.goal,
        "begun": each.session.created.isoformat(),
        "status": each.run.status.value if each.run else "",
        "run": each.run.id if each.run else "",
        "images": each.iterations,
        "score": round(score.value, 1) if score else None,
        "best": f"{scheme}{each.best.image}" if each.best else "",
    }
