"""Content of files for tests, and how it is sent."""

import base64
import hashlib
import io

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = b"Agreed on the phone.\n"
# The least PNG there is: one transparent point.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"


def told(name: str, kind: str, content: bytes) -> dict[str, object]:
    """The wire value of content under a name."""
    return {"name": name, "type": kind, "size": len(content), "hash": hashlib.sha256(content).hexdigest()}


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture of this size; in mode "1" with one bit for each point."""
    made = io.BytesIO()
    drawn = Image.new(mode, (width, height))
    if mode == "RGB":
        drawn.paste((29, 78, 216), (width // 8, height // 4, width - width // 8, height - height // 4))
    drawn.save(made, kind)
    return made.getvalue()


def multipart(name: str, content: bytes, part: str = "file", /, **fields: str) -> tuple[bytes, dict[str, str]]:
    """A body with one file in a part, and text fields; and its headers."""
    bound = "----armature-test"
    lines = [
        f'--{bound}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{bound}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
    lines += [f"{head}Content-Type: text/html\r\n\r\n".encode(), content, f"\r\n--{bound}--\r\n".encode()]
    return b"".join(lines), {"Content-Type": f"multipart/form-data; boundary={bound}"}
