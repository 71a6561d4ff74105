"""Where a picture comes from, written into its file: XMP with IPTC's digital source type and the
hashes of what it was made from. Bytes in, bytes out: no pixel is encoded again.

A file that carries content credentials of its own (C2PA) is left as it is: a byte more would break
their seal, and they say it already.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal
from xml.sax.saxutils import quoteattr

from core.imaging.results import Provenance

Source = Literal[
    "trainedAlgorithmicMedia", "algorithmicMedia", "compositeWithTrainedAlgorithmicMedia"
]
"""Made by a trained model; by an algorithm alone (the embedded engine); put together of pictures of
which a trained model made some."""
VOCABULARY: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8"
ADOBE: Final = b"http://ns.adobe.com/xap/1.0/\x00"
APP1, APP11 = b"\xe1", b"\xeb"  # markers of a JPEG: XMP, content credentials
KEYWORD: Final = b"XML:com.adobe.xmp"
MOST: Final = 60_000  # bytes of a packet: what fits a segment of a JPEG
HASHED: Final = "sha256:"
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_SOURCE: Final = re.compile(rb"digitalsourcetype/(\w+)")
_OWN: Final = re.compile(rb'xmpMM:DocumentID="sha256:([0-9a-f]{64})"')
_PARENT: Final = re.compile(rb"<stRef:documentID>sha256:([0-9a-f]{64})</stRef:documentID>")
_TOOL: Final = re.compile(rb'xmp:CreatorTool="([^"]{0,200})"')


def marked(data: bytes, source: Source, parents: Sequence[str], model: str = "") -> bytes:
    """The file with its provenance; `parents` are hashes of what it was made from. A kind of file
    that takes none, and one with credentials, comes back as it is."""
    if has_credentials(data):
        return data
    text = packet(source, parents, hashlib.sha256(data).hexdigest(), model)
    if data.startswith(PNG):
        return _into_png(data, text)
    return _into_jpeg(data, text) if data.startswith(JPEG) else data


def packet(source: Source, parents: Sequence[str], own: str, model: str = "") -> bytes:
    """The XMP of a picture whose file without it has the hash `own`."""
    tool = quoteattr(f"Darkroom, {model}" if model else "Darkroom")
    made_from = [f"<stRef:documentID>{HASHED}{parent}</stRef:documentID>" for parent in parents]
    derived = (
        f'<xmpMM:DerivedFrom rdf:parseType="Resource">{made_from[0]}</xmpMM:DerivedFrom>'
        if made_from
        else ""
    )
    further = "".join(f'<rdf:li rdf:parseType="Resource">{each}</rdf:li>' for each in made_from[1:])
    if further:
        derived += f"<xmpMM:Ingredients><rdf:Bag>{further}</rdf:Bag></xmpMM:Ingredients>"
    text = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"'
        ' xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#"'
        f' Iptc4xmpExt:DigitalSourceType="{VOCABULARY}{source}" xmp:CreatorTool={tool}'
        f' xmpMM:DocumentID="{HASHED}{own}">{derived}</rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    begin = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>"
    return f"{begin}{text}<?xpacket end='r'?>".encode()


def packet_in(data: bytes) -> bytes:
    """The packet of a file, for one that is made of it: b"" for none."""
    begin = data.find(_BEGIN)
    end = data.find(_END, begin) if begin >= 0 else -1
    return data[begin : end + len(_END)][:MOST] if end >= 0 else b""


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A PNG with the packet of the file it was made of; b"" for none."""
    return _into_png(data, packet) if packet else data


def read(data: bytes) -> Provenance:
    """What a file says of itself; `intact`: whether it is to the byte what was marked, None where
    that can't be told."""
    said = packet_in(data)
    own, tool, source = _OWN.search(said), _TOOL.search(said), _SOURCE.search(said)
    intact = None
    if own is not None:
        intact = hashlib.sha256(bare(data)).hexdigest().encode() == own[1]
    return Provenance(
        source=source[1].decode() if source else "",
        tool=tool[1].decode("utf-8", "replace") if tool else "",
        parents=tuple(dict.fromkeys(each.decode() for each in _PARENT.findall(said))),
        credentials=has_credentials(data),
        intact=intact,
    )


def without(data: bytes) -> bytes:
    """The file as it was before it was marked."""
    return _less(data, lambda name, part: not _is_packet(name, part))


def bare(data: bytes) -> bytes:
    """The file as it was before it was marked and signed."""
    return _less(data, lambda name, part: not (_is_packet(name, part) or _is_seal(name, part)))


def _less(data: bytes, keeps: Callable[[bytes, bytes], bool]) -> bytes:
    """What is left of its parts, by their names: a PNG's chunks, a JPEG's segments."""
    if data.startswith(PNG):
        return PNG + b"".join(part for name, part in _chunks(data) if keeps(name, part))
    if data.startswith(JPEG):
        return JPEG + b"".join(part for name, part in _segments(data) if keeps(name, part))
    return data


def _is_packet(name: bytes, part: bytes) -> bool:
    of_png = name == b"iTXt" and KEYWORD in part[:64]
    return of_png or (name == APP1 and ADOBE in part[:64])


def _is_seal(name: bytes, part: bytes) -> bool:
    return name == b"caBX" or (name == APP11 and b"JP" in part[:8])


def has_credentials(data: bytes) -> bool:
    """Whether content credentials (C2PA) are in the file."""
    if data.startswith(PNG):
        return any(_is_seal(name, part) for name, part in _chunks(data))
    if data.startswith(JPEG):
        return any(name == APP11 and b"jumb" in part[:64] for name, part in _segments(data))
    return data[:4] == b"RIFF" and b"C2PA" in data[:65536]


def _into_png(data: bytes, text: bytes) -> bytes:
    """Behind the header, where readers look first; what was marked before is replaced."""
    body = KEYWORD + b"\x00\x00\x00\x00\x00" + text
    crc = zlib.crc32(b"iTXt" + body)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", crc)
    plain = without(data)
    at = len(PNG) + 25  # the header is always 25 bytes
    return plain[:at] + chunk + plain[at:]


def _into_jpeg(data: bytes, text: bytes) -> bytes:
    body = ADOBE + text
    plain = without(data)
    return JPEG + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A PNG's chunks, each whole with its length and sum; what is broken comes as one piece."""
    at = len(PNG)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        yield name, data[at : at + 12 + length]
        at += 12 + length
    if at < len(data):
        yield b"", data[at:]


def _segments(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A JPEG's segments before its pixels, each with its marker; the pixels come as one piece."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        yield data[at + 1 : at + 2], data[at:end]
        at = end
    yield b"", data[at:]
