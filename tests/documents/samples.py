"""What do the tests of documents seal? An agreement of about six pages, and names in many scripts."""

from html import escape

# Each is a name somebody in a British school may well bear; together they use twenty-four scripts.
NAMES = [
    "Zoë Żółć-O’Brien",
    "Siân Llŷr Ŵyn",
    "Ольга Іванова",
    "Ἀλέξανδρος Παπαδόπουλος",
    "محمد بن علي",
    "דוד כהן",
    "अनुष्का क्षत्रिय",
    "অনির্বাণ চক্রবর্তী",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "தமிழ்ச்செல்வி",
    "สมชาย ใจดี",
    "王小明 張偉",
    "さくら タナカ",
    "김민준",
    "Գևորգ Հակոբյան",
    "გიორგი ბერიძე",
    "ሰላም ተስፋዬ",
    "ශ්‍රීමතී පෙරේරා",
    "សុខា ខ្មែរ",
    "မောင်မောင်",
    "ગુજરાતી ક્ષમા",
    "తెలుగు శ్రీ",
    "ಕನ್ನಡ ಶ್ರೀ",
    "മലയാളം നായർ",
    "ລາວ ສຸກ",
]

CSS = """
@page { size: A4; margin: 20mm 18mm; @bottom-center { content: "Page " counter(page) " of " counter(pages) } }
body { font-size: 10.5pt; line-height: 1.4 }
table { border-collapse: collapse; width: 100% } td, th { border: 0.5pt solid #666; padding: 2pt 4pt; text-align: left }
.place { height: 30mm; border: 0.8pt solid #000; padding: 2mm }
.signatures { break-before: page }
"""

SENTENCE = (
    "The school and the force agree that the officer works with the school under this clause, that the head teacher keeps the "
    "discipline of the school, and that every enquiry passes the single point of contact. "
)


def agreement_html(
    *, names: list[str] | None = None, clauses: int = 12, places: tuple[str, ...] = ("school", "police", "seal")
) -> str:
    """An agreement of about six pages with an empty place for each signature."""
    text = "".join(
        f"<h2>{number}. Clause</h2><p>{SENTENCE * 3}</p><ul><li>{SENTENCE}</li><li>{SENTENCE}</li></ul>"
        for number in range(1, clauses)
    )
    rows = "".join(
        f"<tr><th scope=row>{number}</th><td>{escape(name)}</td></tr>" for number, name in enumerate(names or NAMES, 1)
    )
    ends = "".join(
        f'<h3>Place: {place}</h3><div class="place"><div data-place="{place}" style="height:26mm"></div></div>'
        for place in places
    )
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Protocol</title></head><body><h1>Protocol</h1>{text}'
        f"<h2>People</h2><table><thead><tr><th scope=col>No.</th><th scope=col>Name</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<section class="signatures"><h2>Signatures</h2><p>See <a href="https://ssp.example/">the check</a>.</p>{ends}</section>'
        "</body></html>"
    )
