"""Small picture files in every format that is read, and what Pillow makes of each, as PPM or PGM beside it.

Run it in a Python with Pillow 13: python images.py. It writes fixtures/images.
"""

import io
import pathlib

from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).parent / "fixtures" / "images"
WIDTH, HEIGHT = 21, 14


def color():
    """A picture without any symmetry, with hard edges and gradients."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            edge = 90 if x > 12 and y > 4 else 0
            image.putpixel((x, y), ((x * 11 + y) % 256, (y * 17 + edge) % 256, (x * x + 3 * y + edge) % 256))
    return image


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


def save(name, image, expected=None, **options):
    data = io.BytesIO()
    image.save(data, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP"}[name.rsplit(".")[-1]], **options)
    (FOLDER / name).write_bytes(data.getvalue())
    if expected is None:
        expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data.getvalue())))
        expected = expected if expected.mode == "L" else expected.convert("RGB")
    expected.save(FOLDER / (name + (".pgm" if expected.mode == "L" else ".ppm")))


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = color()
    gray = picture.convert("L")
    save("color.jpg", picture, quality=85)
    save("progressive.jpg", picture, quality=80, progressive=True, subsampling=0)
    save("gray.jpg", gray, quality=85)
    save("inks.jpg", picture.convert("CMYK"), quality=90)
    for orientation in range(1, 9):
        save(f"orientation-{orientation}.jpg", picture, quality=70, exif=exif(orientation))
    save("orientation-6.png", picture, exif=exif(6))
    save("orientation-8.webp", picture, exif=exif(8), lossless=True)
    save("color.png", picture)
    save("gray.png", gray)
    save("palette.png", picture.quantize(13))
    save("bits.png", gray.convert("1", dither=Image.Dither.NONE), expected=gray.point(lambda v: 255 if v >= 128 else 0))
    transparent = picture.copy()
    transparent.putalpha(gray)
    save("transparent.png", transparent, expected=picture)
    deep = Image.new("I;16", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            deep.putpixel((x, y), (x * 3001 + y * 17) % 65536)
    rounded = Image.new("L", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            rounded.putpixel((x, y), (deep.getpixel((x, y)) * 255 + 32895) >> 16)
    save("deep.png", deep, expected=rounded)
    save("lossy.webp", picture, quality=80)
    save("lossless.webp", picture, lossless=True)
    save("color.bmp", picture)
    save("palette.bmp", picture.quantize(200))
    save("gray.bmp", gray)
    for side in ((7, 9), (40, 30)):
        resized = picture.resize((side[1], side[0]), Image.Resampling.BILINEAR)
        resized.save(FOLDER / f"stretched-{side[0]}x{side[1]}.ppm")


main()
