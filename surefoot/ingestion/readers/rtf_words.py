"""The control words of rich text (RTF 1.9.1) that bear on what is read, and the code pages of its character sets."""

from __future__ import annotations

CODE_PAGES = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    255: "cp437",
}
"""Python's names of the code pages by \\fcharset; for others the document's own page holds."""
CHARACTERS = {
    "tab": " ",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
SYMBOLS = {"\\": "\\", "{": "{", "}": "}", "~": " ", "_": "-"}
"""Escaped characters; \\- is a place where a word may be broken and is left out."""
UNREAD = frozenset(
    (
        "pict object fldinst header headerl headerr headerf footer footerl footerr footerf nonshppict shprslt "
        "sn sv xe tc rxe txe filetbl atnid atnauthor bkmkstart bkmkend ftnsep ftnsepc ftncn revtbl listtable pntxta "
        "pntxtb private comment operator author company keywords doccomm subject manager category hlinkbase creatim "
        "revtim printim"
    ).split()
)
"""Groups whose content is no text of the document."""
KEPT = frozenset({"shpinst", "shptxt"})
"""Groups that are marked as ones that older programs may ignore, but hold text."""
