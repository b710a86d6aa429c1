"""Files made to do harm: refused, or what comes out is harmless."""

import random
import time
from io import BytesIO

import pytest
from PIL import Image

from casework import attachments
from casework.attachments import Attachment
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import Invalid
from casework.persistence import Work
from tests.attachments.samples import GPS_IFD, film, huge_png, package, photo


def keep(work: Work, data: bytes, name: str = "a.jpg", **how: bool) -> Attachment:
    return attachments.keep(work, BytesIO(data), name, "case:1", **how)


def kept(work: Work, row: Attachment, *, small: bool = False) -> bytes:
    with attachments.open_file(work, row.id, SYSTEM_VIEWER, small=small).stream as stream:
        return stream.read()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_its_place_its_device_and_its_comment(work: Work, kind: str) -> None:
    sent = photo(kind=kind)
    assert Image.open(BytesIO(sent)).getexif().get_ifd(GPS_IFD)
    row = keep(work, sent)
    for data in (kept(work, row), kept(work, row, small=True)):
        out = Image.open(BytesIO(data))
        assert not out.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(out.info)
        for trace in (b"Exif", b"SPYPHONE", b"13812345678", b"GPS"):
            assert trace not in data
    assert row.received != bytes.fromhex(row.digest)


@pytest.mark.parametrize(("orientation", "corner"), [(1, (5, 5)), (3, (58, 42)), (6, (42, 5)), (8, (5, 58))])
def test_a_turned_photo_stands_upright(work: Work, orientation: int, corner: tuple[int, int]) -> None:
    row = keep(work, photo(orientation=orientation))
    out = Image.open(BytesIO(kept(work, row))).convert("RGB")
    red, green, _ = out.getpixel(corner)
    assert red > 200 > 100 > green
    assert (row.width, row.height) == out.size == ((64, 48) if orientation in (1, 3) else (48, 64))


@pytest.mark.parametrize("size", [(6400, 6400), (10_000, 9_000), (30_000, 30_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(work: Work, size: tuple[int, int]) -> None:
    sent = huge_png(*size)
    assert len(sent) < 1 << 20
    start = time.perf_counter()
    with pytest.raises(Invalid, match="40 million"):
        keep(work, sent, "a.png")
    assert time.perf_counter() - start < 1


def test_a_long_picture_is_made_smaller_and_keeps_its_shape(work: Work) -> None:
    row = keep(work, photo((8200, 100)))
    assert (row.width, row.height) == (4096, 50)


@pytest.mark.parametrize(
    "harm",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)",
        b"MZ\x90\x00" + bytes(200),
        b"#!/bin/sh\nrm -rf /\n",
        b"\xff\xd8\xff\xe0 not a picture",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftypheic" + bytes(40),
        b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>",
        b"\x1a\x45\xdf\xa3matroska" + bytes(60),
        b"\x00",
        b"",
    ],
)
def test_what_is_no_picture_and_no_video_is_refused_whatever_its_name(work: Work, folder, harm: bytes) -> None:
    for name in ("a.jpg", "a.svg", "a.html", "a.mp4"):
        with pytest.raises(Invalid):
            keep(work, harm, name)
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", package("evil.txt", ("run.js", b"alert(1)"))])
def test_what_hides_behind_a_picture_is_gone(work: Work, tail: bytes) -> None:
    for kind in ("JPEG", "PNG"):
        row = keep(work, photo(kind=kind) + tail, "a.html")
        out = kept(work, row)
        assert tail not in out
        assert b"script" not in out
        assert row.name.endswith((".jpg", ".webp"))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_broken_pictures_are_refused_and_never_crash(work: Work) -> None:
    draw = random.Random(20260918)
    samples = [photo(kind=kind, orientation=6) for kind in ("JPEG", "PNG", "WEBP")]
    survived = 0
    for _ in range(300):
        data = bytearray(draw.choice(samples))
        for _ in range(draw.randint(1, 12)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        if draw.random() < 0.3:
            del data[draw.randrange(len(data)) :]
        try:
            attachments.services.pictures.redraw(bytes(data))
            survived += 1
        except Invalid:
            pass
    assert survived < 300


def test_a_see_through_picture_stays_so(work: Work) -> None:
    out = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
    row = keep(work, out.getvalue())
    assert Image.open(BytesIO(kept(work, row))).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(("bytes_over", "head"), [(10, photo()), (100, film())])
def test_a_file_that_is_too_large_is_refused_while_it_is_read(work: Work, bytes_over: int, head: bytes) -> None:
    class Endless:
        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int) -> bytes:
            part = head[:size] if not self.given else bytes(size)
            self.given += len(part)
            return part

    endless = Endless()
    with pytest.raises(Invalid, match=f"larger than {bytes_over} MB"):
        attachments.keep(work, endless, "a.jpg", "case:1")
    assert endless.given < (bytes_over + 3) << 20


def test_a_video_loses_its_place_and_is_never_shown_in_a_page(work: Work) -> None:
    row = keep(work, film(), "x.mp4")
    opened = attachments.open_file(work, row.id, SYSTEM_VIEWER)
    data = opened.stream.read()
    opened.stream.close()
    assert b"+36.8510" in film()
    for trace in (b"+36.8510", b"xyz", b"ISO6709", b"udta", b"meta"):
        assert trace not in data
    assert len(data) == len(film())
    assert data.endswith(b"pixels" * 500)
    assert (opened.media_type, opened.inline) == ("video/mp4", False)


def test_broken_videos_are_refused_and_never_crash(work: Work) -> None:
    draw, refused = random.Random(7), 0
    for _ in range(300):
        data = bytearray(film())
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(12, 200)] = draw.randrange(256)
        try:
            attachments.services.films.blank_notes(BytesIO(bytes(data)))
        except Invalid:
            refused += 1
    assert refused > 50


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\boot.ini", "a\x00.jpg", "x" * 300 + ".png", "\u202egpj.exe", "CON",
     "a\r\nSet-Cookie: x", '<img src=x onerror="alert(1)">.jpg', "", ".", "..", "  .jpg", "照片 一.jpeg",
     "a%2e%2e%2f.jpg"],
)  # fmt: skip
def test_no_name_becomes_a_path_a_header_or_markup(work: Work, folder, name: str) -> None:
    for evidence in (False, True):
        row = keep(work, photo(), name, evidence=evidence)
        assert row.name.endswith(".jpg")
        assert len(row.name) <= 84
        assert not set(row.name) & set('/\\<>:"|?*%;\x00\r\n\u202e')
        assert row.name.strip(". ") not in ("", "jpg")
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {row.digest, row.thumbnail}


def test_the_name_of_a_residents_file_tells_nothing_about_them(work: Work) -> None:
    assert "张三" not in keep(work, photo(), "张三家厨房.jpg").name
    assert keep(work, photo(), "厨房 检查.png", evidence=True).name == "厨房 检查.jpg"


@pytest.mark.parametrize(("heart", "suffix"), [("word/document.xml", ".docx"), ("xl/workbook.xml", ".xlsx")])
def test_documents_are_for_evidence_alone_and_without_macros(work: Work, heart: str, suffix: str) -> None:
    honest = package(heart)
    with pytest.raises(Invalid):
        keep(work, honest, "a.jpg")
    row = keep(work, honest, "整改报告.exe", evidence=True)
    assert row.name == f"整改报告{suffix}"
    assert not attachments.open_file(work, row.id, SYSTEM_VIEWER).inline
    for bad in (
        package(heart, ("word/vbaProject.bin", b"x")),
        package(heart, *((f"{number}.xml", bytes(30 << 20)) for number in range(7))),
        package("other.txt"),
        honest[:60],
    ):
        with pytest.raises(Invalid):
            keep(work, bad, "a.docx", evidence=True)


def test_a_pdf_is_evidence_and_a_download(work: Work) -> None:
    row = keep(work, b"%PDF-1.7\n" + bytes(100), "a.pdf", evidence=True)
    assert (row.media_type, row.name) == ("application/pdf", "a.pdf")
