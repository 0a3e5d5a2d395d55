"""Lettering files as people make them, small enough to read."""

from io import BytesIO

from PIL import Image

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="1000" height="1400"{more}>'
)
SPEECH = "font-size:40px;font-family:Lavi;text-align:center;line-height:125%;fill:#000000"


def drawing(*parts: str, more: str = "") -> bytes:
    return (HEAD.format(more=more) + "".join(parts) + "</svg>").encode()


def flow(
    *paragraphs: str, box: tuple[float, float, float, float] = (100, 100, 400, 200), style: str = SPEECH, more: str = ""
) -> str:
    x, y, width, height = box
    said = "".join(f"<flowPara>{each}</flowPara>" for each in paragraphs)
    return (
        f'<flowRoot style="{style}" {more}><flowRegion><rect x="{x}" y="{y}" width="{width}" height="{height}"/>'
        f"</flowRegion>{said}</flowRoot>"
    )


def balloon(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<ellipse cx="{x + width / 2}" cy="{y + height / 2}" rx="{width / 2}" ry="{height / 2}" style="fill:#ffffff"/>'
    )


def art(colour: tuple[int, int, int] = (120, 160, 120), size: tuple[int, int] = (500, 700)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def ink(image: bytes, box: tuple[float, float, float, float]) -> float:
    """The share of dark pixels in a part of a picture; the box in fractions of it: left, top, right, bottom."""
    picture = Image.open(BytesIO(image)).convert("L")
    left, right = round(box[0] * picture.width), round(box[2] * picture.width)
    top, bottom = round(box[1] * picture.height), round(box[3] * picture.height)
    pixels = picture.crop((left, top, right, bottom)).tobytes()
    return sum(value < 70 for value in pixels) / len(pixels)
