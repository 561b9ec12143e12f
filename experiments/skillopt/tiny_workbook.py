"""Small .xlsx files without a library: sheets of texts, numbers, booleans and dates, as openpyxl reads them."""

import datetime
import zipfile

TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/styles.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{sheets}</Types>"""
SHEET_TYPE = """<Override PartName="/xl/worksheets/sheet{n}.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = """<?xml version="1.0" encoding="UTF-8"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/></border></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>
</styleSheet>"""


def escaped(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def letters(column):
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def cell(reference, value):
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{reference}"><v>{value!r}</v></c>'
    if isinstance(value, datetime.date):
        days = (value - datetime.date(1899, 12, 30)).days
        return f'<c r="{reference}" s="1"><v>{days}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{escaped(value)}</t></is></c>'


def sheet_xml(rows):
    lines = []
    for r, row in enumerate(rows, 1):
        cells = "".join(cell(f"{letters(c)}{r}", value) for c, value in enumerate(row, 1) if value is not None)
        lines.append(f'<row r="{r}">{cells}</row>')
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><sheetData>'
            + "".join(lines) + "</sheetData></worksheet>")


def write_workbook(path, sheets):
    """`sheets` is {name: rows}, each row a list of values; the same arguments give the same bytes."""
    names = list(sheets)
    entries = {
        "[Content_Types].xml": TYPES.format(sheets="".join(SHEET_TYPE.format(n=n + 1) for n in range(len(names)))),
        "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?>\n<Relationships '
                       f'xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATION}/officeDocument" '
                       'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<?xml version="1.0" encoding="UTF-8"?>\n<workbook '
                           f'xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>' + "".join(
                               f'<sheet name="{escaped(name)}" sheetId="{n}" r:id="r{n}"/>'
                               for n, name in enumerate(names, 1)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<?xml version="1.0" encoding="UTF-8"?>\n<Relationships '
                                      f'xmlns="{PACKAGE}/relationships">' + "".join(
                                          f'<Relationship Id="r{n}" Type="{RELATION}/worksheet" '
                                          f'Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(names) + 1))
                                      + f'<Relationship Id="s" Type="{RELATION}/styles" Target="styles.xml"/>'
                                        "</Relationships>",
        "xl/styles.xml": STYLES,
    }
    for n, name in enumerate(names, 1):
        entries[f"xl/worksheets/sheet{n}.xml"] = sheet_xml(sheets[name])
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
