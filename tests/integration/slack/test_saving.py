"""A picture as a file of another kind and size: from the letter, from More…, for whoever asked."""

import io

from PIL import Image

from tests.integration.slack.conftest import Start
from tests.integration.slack.program import is_round
from tests.standins.slack_server import BEN, SlackServer


def sent(server: SlackServer) -> Image.Image:
    _, file = server.sent_files[-1]
    return Image.open(io.BytesIO(server.files[file].data))


async def test_a_letter_can_be_had_as_another_file(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    ben, before = program.person(BEN, "ben"), len(program.painter.requests)
    await ben.react(await program.post(is_round(1)), "envelope")
    mail = await program.post(lambda post: post.channel.startswith("D"))
    server.views.clear()
    await ben.click(mail, "save")
    await ben.submit(await ben.opened(), format="webp", width="64")
    await server.until(lambda: len(server.sent_files) == 1)
    assert (sent(server).format, sent(server).width) == ("WEBP", 64)
    assert len(program.painter.requests) == before, "nothing is painted for it"


async def test_from_more(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    ben = program.person(BEN, "ben")
    server.views.clear()
    await ben.click(await program.post(is_round(1)), "more")
    ack = await ben.submit(await ben.opened(), job="save")
    await ben.submit(ack.payload["view"], format="jpeg")
    await server.until(lambda: len(server.sent_files) == 1)
    assert sent(server).format == "JPEG"
    channel, _ = server.sent_files[0]
    assert channel in ("D0BEN", BEN)
