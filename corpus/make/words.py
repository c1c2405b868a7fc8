"""What stands in the files: our own words, so that the corpus is free like the rest of the repository."""

TITLE = "Certificate of completion"
LINES = [
    "This file is one of many that a stamp has to fit.",
    "It says nothing about anybody and was written for tests alone.",
    "Each line stands here so that a page has text to keep.",
    "Whoever reads it back must find the same words in the same order.",
]
TABLE = [("Course", "Hours", "Mark"), ("Surveying", "40", "1.3"), ("Drawing", "24", "2.0"), ("Welding", "60", "1.7")]
LATIN = "Zürich, Kraków, Győr, Ærø, Ħamrun, Çeşme, naïve façades."
GREEK = "Αυτή η σελίδα έχει λίγες λέξεις."
CYRILLIC = "На этой странице несколько слов."
ARABIC = "هذه صفحة فيها بضع كلمات"
HEBREW = "בעמוד הזה יש כמה מילים"
CHINESE = "这一页上有几句话。"
JAPANESE = "このページには言葉があります。"
KOREAN = "이 쪽에는 몇 마디가 있습니다."
SCRIPTS = [LATIN, GREEK, CYRILLIC, ARABIC, HEBREW, CHINESE, JAPANESE, KOREAN]

SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
