"""Another painter is offered in the thread, and paints once who pays clicks."""

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.errors import PolicyRefusal
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import says


async def test_another_painter_is_offered_and_let_paint_by_a_click(start: Start) -> None:
    refusal = PolicyRefusal("Studio refused this.")
    other = ScriptedPainter(model="second", moves=[flat(150)])
    program = await start(painter=ScriptedPainter(moves=[refusal]), fallbacks=(other,))
    anna = program.person()
    await anna.slash("/imagine", "a fox")
    await anna.submit(await anna.opened(), candidates=1)
    offer = await program.post(says("second could go on, for at most $0.02 a picture."))
    await anna.click(offer, "instead")
    await program.post(says("second paints from here on"))
    took_over = "Painted by second, which took over."
    await program.post(lambda post: took_over in str(post.blocks))
    assert len(other.requests) == 1
