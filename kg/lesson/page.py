"""A lesson as one HTML file: picture inline, no script, nothing loaded from elsewhere.

Readable on a phone, in the dark and on paper; headings, labels and the description of the picture serve those who hear
it. In a quiz the key is folded away; it is printed only when it was opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from kg.draw.measure import clean
from kg.lesson.blocks import (
    Block,
    Cite,
    Code,
    Facts,
    Items,
    Key,
    Link,
    Listing,
    Paragraph,
    Parts,
    Picture,
    References,
    Section,
    Strong,
    Title,
)
from kg.lesson.content import Lesson
from kg.lesson.outline import outline

__all__ = ["page"]

STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2430; --muted: #5a6472; --rule: #c9ced6;
  --card: #f5f6f8; --mark: #005a8f; --warn: #8a3b00; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181f; --ink: #e6e9ee; --muted: #a3adba; --rule: #3a434f;
  --card: #1d232c; --mark: #8ec7f0; --warn: #f0b27a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.05rem/1.55 system-ui, -apple-system, 'Segoe UI',
  Helvetica, Arial, sans-serif; overflow-wrap: break-word; }
main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.1rem; }
p.kicker { margin: 2rem 0 0; color: var(--muted); font-size: .8rem; letter-spacing: .12em; text-transform: uppercase; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 1.2rem; text-wrap: balance; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.4rem 0 .6rem; }
h3 { font-size: 1.1rem; line-height: 1.3; margin: 1.6rem 0 .5rem; }
h4 { font-size: 1.02rem; margin: 1.2rem 0 .4rem; }
p, ul, ol, dl { margin: .6rem 0; }
ul, ol { padding-left: 1.4rem; }
li { margin: .35rem 0; }
a { color: var(--mark); }
a.cite { text-decoration: none; white-space: nowrap; font-size: .92em; }
a.cite:hover, a.cite:focus { text-decoration: underline; }
p.verdict { padding: .8rem 1rem; border-left: .3rem solid var(--mark); background: var(--card); font-size: 1.1rem; }
p.story { font-size: 1.15rem; }
p.question { font-weight: 600; }
p.question::after { content: ""; display: block; height: 1.5rem; border-bottom: 1px dotted var(--muted); }
p.small, footer { color: var(--muted); font-size: .9rem; }
section.step { margin: 1rem 0; padding: .2rem 1rem .5rem; border: 1px solid var(--rule); border-radius: .5rem;
  background: var(--card); }
section.step h3, section.step h4 { margin-top: .7rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .25rem 1rem; }
dt { color: var(--muted); }
dd { margin: 0; }
dt.caution { color: var(--warn); font-weight: 600; }
dl.words { grid-template-columns: 1fr; gap: 0; }
dl.words dt { color: inherit; font-weight: 600; margin-top: .5rem; }
ul.against { border-left: .2rem solid var(--warn); padding-left: 1.4rem; }
figure { margin: 1.4rem 0; }
figure > div { overflow-x: auto; background: #ffffff; border: 1px solid var(--rule); border-radius: .5rem; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; }
figcaption { color: var(--muted); font-size: .9rem; margin-top: .4rem; }
code, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: .88em; }
pre { padding: .7rem .9rem; border: 1px solid var(--rule); border-radius: .4rem; background: var(--card);
  white-space: pre-wrap; }
details { margin: 2.4rem 0; border: 1px solid var(--rule); border-radius: .5rem; padding: 0 1rem; }
summary { cursor: pointer; font-size: 1.2rem; font-weight: 600; padding: .8rem 0; }
footer { margin-top: 2.5rem; padding-bottom: 2.5rem; border-top: 1px solid var(--rule); }
footer p { margin: .8rem 0; }
@media (max-width: 34rem) { body { font-size: 1rem; } h1 { font-size: 1.5rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dt { margin-top: .4rem; font-size: .9rem; }
  section.step { padding: .1rem .8rem .4rem; } }
@media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --muted: #444444; --rule: #999999;
  --card: #ffffff; --mark: #000000; --warn: #000000; } body { font-size: 10.5pt; }
  main, footer { max-width: none; padding: 0; }
  section.step, figure, li, p.question { break-inside: avoid; } h2, h3, h4 { break-after: avoid; }
  figure svg { min-width: 0; }
  details { border: 0; padding: 0; break-before: page; } details:not([open]) { display: none; } }
""".strip()
"""All of the style; colours by variables, so that dark and print change them in one place."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the browser may load: nothing."""


def page(lesson: Lesson) -> str:
    """The lesson as the text of one HTML file; the same lesson gives the same bytes."""
    document = outline(lesson)
    painter = _Painter(lesson)
    body = "\n".join(painter.blocks(document.blocks, 2))
    title = _text(document.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<p class="kicker">{_text(document.kicker)}</p>
<h1>{title}</h1>
{body}
</main>
<footer><p>{_text(document.closing)}</p></footer>
</body>
</html>
"""


class _Painter:
    """Gives every section the id that its heading is referred to by."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.sections = 0

    def blocks(self, blocks: Sequence[Block], level: int) -> Iterator[str]:
        for block in blocks:
            yield self.block(block, level)

    def block(self, block: Block, level: int) -> str:
        if isinstance(block, Section):
            return self.section(block, level)
        if isinstance(block, Key):
            inner = "\n".join(self.blocks(block.blocks, level))
            return f'<details id="key">\n<summary>{_text(block.heading)}</summary>\n{inner}\n</details>'
        if isinstance(block, Picture):
            return self.picture(block)
        return _plain(block)

    def section(self, section: Section, level: int) -> str:
        self.sections += 1
        name = f"section-{self.sections}"
        role = f' class="{section.role}"' if section.role else ""
        inner = "\n".join(self.blocks(section.blocks, level + 1))
        heading = f'<h{level} id="{name}">{_text(section.heading)}</h{level}>'
        return f'<section aria-labelledby="{name}"{role}>\n{heading}\n{inner}\n</section>'

    def picture(self, picture: Picture) -> str:
        drawn = self.lesson.draw(signs=picture.signs).strip()
        frame = f'<div tabindex="0" role="group" aria-label="Picture of the routes">\n{drawn}\n</div>'
        return f"<figure>\n{frame}\n<figcaption>{_text(picture.label)}</figcaption>\n</figure>"


def _plain(block: Paragraph | Facts | Items | References | Listing) -> str:
    if isinstance(block, Paragraph):
        return f"<p{_class(block.role)}>{_inline(block.parts)}</p>"
    if isinstance(block, Facts):
        return f"<dl{_class(block.role)}>{''.join(_fact(name, parts) for name, parts in block.rows)}</dl>"
    if isinstance(block, Items):
        return f"<ul{_class(block.role)}>{''.join(f'<li>{_inline(parts)}</li>' for parts in block.items)}</ul>"
    if isinstance(block, References):
        items = (f'<li id="ref-{n}">{_inline(parts)}</li>' for n, parts in enumerate(block.items, 1))
        return f"<ol>{''.join(items)}</ol>"
    return f"<pre><code>{_text(block.text)}</code></pre>"


def _class(role: str) -> str:
    return f' class="{role}"' if role else ""


def _fact(name: str, parts: Parts) -> str:
    return f"<dt{_class('caution' if name == 'Caution' else '')}>{_text(name)}</dt><dd>{_inline(parts)}</dd>"


def _inline(parts: Parts) -> str:
    return "".join(map(_part, parts))


def _part(part: object) -> str:
    if isinstance(part, Cite):
        return f'<a class="cite" href="#ref-{part.number}" aria-label="reference {part.number}">[{part.number}]</a>'
    if isinstance(part, Strong):
        return f"<strong>{_text(part.text)}</strong>"
    if isinstance(part, Title):
        return f"<cite>{_text(part.text)}</cite>"
    if isinstance(part, Code):
        return f"<code>{_text(part.text)}</code>"
    if isinstance(part, Link):
        return f'<a href="{escape(part.url)}">{_text(part.text)}</a>'
    text = str(part)
    before, after = " " if text[:1] == " " else "", " " if text[-1:] == " " and text.strip() else ""
    return f"{before}{_text(text)}{after}"


def _text(text: str) -> str:
    return escape(clean(text), quote=False)
