"""Makers of files: small honest ones, and those that are made to do harm."""

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path


def pdf(
    pages: Sequence[Sequence[str]],
    info: str = "",
    contents: bytes | None = None,
    filters: str = "/FlateDecode",
    kids: str = "",
    count: int | None = None,
    extra: str = "",
) -> bytes:
    """A PDF with these lines on its pages. The other arguments put something else where it would be written."""
    objects: list[bytes] = [
        b"",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    numbers = []
    for lines in pages:
        stream = contents if contents is not None else zlib.compress(_drawn(lines))
        head = f"<< /Length {len(stream)} /Filter {filters} >>".encode()
        objects.append(head + b"\nstream\n" + stream + b"\nendstream")
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R"
        objects.append(f"{page} /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        numbers.append(len(objects))
    kids = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode()
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages) if count is None else count} >>".encode()
    objects.append(f"<< {info} >>".encode("latin-1"))
    return _written(objects)


def _drawn(lines: Iterable[str]) -> bytes:
    shown = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    return ("BT /F1 10 Tf 40 780 Td 14 TL\n" + "\n".join(f"({line}) Tj T*" for line in shown) + "\nET").encode("cp1252")


def _written(objects: Sequence[bytes]) -> bytes:
    out = BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, len(objects), start)
    )
    return out.getvalue()


def squeezed(size: int, times: int = 1) -> bytes:
    """So many spaces as zlib packs them, packed again and again."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)) + packer.flush()
    for _again in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def protected_pdf(password: str) -> bytes:
    """A PDF that wants a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf([["A secret."]]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    """A packed file with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path
