"""Directory listings of 3GPP's file server, in the newer table style: decimal commas, no slash after folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from demo.resource import MARK, Resource, Shape


@dataclass(frozen=True)
class Entry:
    """A file, or a folder where there is no size (in KB)."""

    name: str
    changed: datetime
    size: float | None = None


def folder(path: str, entries: Sequence[Entry]) -> Resource:
    """The listing of a folder under /ftp; `path` has no slash at the end."""

    def draw(shape: Shape) -> bytes:
        parts = path.strip("/").split("/")
        above = "".join(
            f' <a href="https://www.3gpp.org/{"/".join(parts[: place + 1])}/">{part}</a> /\n'
            for place, part in enumerate(parts[:-1])
        )
        heads = "<th>&nbsp;</th>\n" + "".join(
            f'<th><a href="?sortby={by}">{shape.name(f"sort by {by}")}</a>/<a href="?sortby={by}rev">desc</a></th>'
            for by in ("name", "date", "size")
        )
        rows = "".join(_row(path, entry) for entry in shape.rows(entries))
        return f"""

<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>Directory Listing {path}/</title></head>
<body><!-- {MARK} -->
<header><div class="box"><h2>
 <a href="https://www.3gpp.org/">www.3gpp.org</a> /
{above} {parts[-1]}
</h2></div></header>
<form name="ctl00" method="post" action="" id="ctl00">
<div><input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="ZGVtbw==" /></div>
<table style="margin-left:20px">
<thead><tr>
{heads}</tr></thead>
<tbody>
{rows}</tbody>
</table>
<span id="FileCount">{len(entries)} items.</span>
</form>
</body>
</html>
""".encode()

    return Resource(
        "text/html; charset=utf-8", draw, headers=(("Cache-Control", "private"),), validators="etag", weak=True
    )


def _row(path: str, entry: Entry) -> str:
    kind = "." + entry.name.rpartition(".")[2] if entry.size is not None else ""
    box = f'<input type="checkbox" value="{entry.name}" />' if kind else ""
    style = ' class="file"' if kind else ""
    size = f"{entry.size:.1f} KB".replace(".", ",") if entry.size is not None else ""
    changed = entry.changed
    return f"""<tr>
    <td>{box}</td>
    <td><img class="icon" alt="icon" src="/ftp/geticon.axd?file={kind}" /></td>
    <td style="padding-right:10px">
        <a{style} href="https://www.3gpp.org{path}/{quote(entry.name)}">{entry.name}</a>
    </td>
    <td style="padding-right:10px">
        {changed:%Y/%m/%d} {changed.hour}:{changed:%M}
    </td>
    <td>
        {size}
    </td>
</tr>
"""
