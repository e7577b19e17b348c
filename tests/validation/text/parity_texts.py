"""Texts for tokenizer parity: English, code, scripts, and characters that go wrong."""

ENGLISH = [
    "A man is eating food while the linker fails with LNK2038.",
    "The quick brown fox doesn't jump over the lazy dogs; it won't, it can't, and it shouldn't've.",
    "Mr. O'Neill paid $1,234.56 (plus 7.5% VAT) on 2024-02-29 at 23:59:59, didn't he?!",
    "state-of-the-art, self-contained, e-mail: someone@example.org, https://example.org/a/b?c=d&e=f#g",
    "Unaffable antidisestablishmentarianism hyperparameterization micro-optimisations supercalifragilistic",
    "Invoice_2024-final(3).xlsx - Spreadsheet - 2 of 17 tabs * modified",
    "naïve café résumé coöperate façade Zürich Ångström Łódź smörgåsbord piñata",
    "“Curly quotes” and ‘single ones’ — dashes – and … ellipses • bullets · dots",
    "1st 2nd 3rd 4th 1e-5 0x1F 3.14159 1/2 100% #hashtag @mention C++ C# .NET a=b a+b a*b a^b a|b a~b `x` {y} [z]",
    "ALL CAPS TITLE Mixed CamelCase snake_case kebab-case SCREAMING_SNAKE iPhone eBay",
]

CODE = [
    "int main(int argc, char** argv) { return argc > 1 ? std::stoi(argv[1]) << 2 : 0; } // comment",
    "def f(x: list[int]) -> dict:\n    return {i: x_i ** 2 for i, x_i in enumerate(x) if x_i != 0}  # ok\n",
    "SELECT a.id, COUNT(*) FROM users AS a LEFT JOIN orders o ON a.id = o.user_id WHERE o.total >= 10.5;",
    "<div class=\"a-b\" id='c'>&nbsp;&lt;T&gt;</div>\r\n\t<!-- x -->",
    "fn main() -> Result<(), Box<dyn Error>> { let s = r#\"raw\"#; println!(\"{s:?}\"); Ok(()) }",
    "$ grep -rn 'foo\\|bar' ./src | awk '{print $1}' > /tmp/out.txt 2>&1 && echo \"done: $?\"",
]

SCRIPTS = [
    "Добрый день, как ваши дела сегодня? Ёжик и йогурт.",
    "Καλημέρα σας, τι κάνετε; ΟΔΟΣ ΟΔΥΣΣΕΥΣ άέήίόύώ ΐ ΰ",
    "שָׁלוֹם עֲלֵיכֶם, מה שלומך היום?",
    "السَّلامُ عَلَيْكُم، كيف حالك اليوم؟ ﷺ ﻻ",
    "नमस्ते, आप कैसे हैं? हिन्दी में लिखा हुआ वाक्य।",
    "আপনি কেমন আছেন? বাংলা ভাষা।",
    "ਸਤ ਸ੍ਰੀ ਅਕਾਲ, ਤੁਸੀਂ ਕਿਵੇਂ ਹੋ?",
    "તમે કેમ છો? ગુજરાતી ભાષા.",
    "ଆପଣ କେମିତି ଅଛନ୍ତି? ଓଡ଼ିଆ",
    "வணக்கம், எப்படி இருக்கிறீர்கள்? தமிழ்",
    "మీరు ఎలా ఉన్నారు? తెలుగు భాష",
    "ನೀವು ಹೇಗಿದ್ದೀರಿ? ಕನ್ನಡ",
    "നിങ്ങൾക്ക് സുഖമാണോ? മലയാളം",
    "ඔබට කොහොමද? සිංහල භාෂාව",
    "สวัสดีครับ วันนี้เป็นอย่างไรบ้าง ภาษาไทยน้ำ",
    "ສະບາຍດີ ເຈົ້າເປັນແນວໃດ ພາສາລາວ",
    "བཀྲ་ཤིས་བདེ་ལེགས། བོད་སྐད། ཱིུ",
    "မင်္ဂလာပါ နေကောင်းလား မြန်မာဘာသာ",
    "გამარჯობა, როგორ ხარ? ᲥᲐᲠᲗᲣᲚᲘ",
    "እንደምን አደሩ፣ ዛሬ እንዴት ነዎት?",
    "សួស្តី តើអ្នកសុខសប្បាយទេ? ភាសាខ្មែរ។",
    "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ ᠰᠠᠶᠢᠨ ᠪᠠᠶᠢᠨ᠎ᠠ ᠤᠤ",
    "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ꭰꮅ",
    "ᐃᓄᒃᑎᑐᑦ ᐊᐃ",
    "今日はとても良い天気ですね。カタカナとひらがな、漢字も混ざる。ﾊﾝｶｸ ガギグ が",
    "你好，今天天气怎么样？繁體中文也可以。𠀀𪜶𫝀𫠠𬺰豈更車",
    "안녕하세요, 오늘 날씨가 어때요? 한글 ᄒᆞᆫ글 ㅋㅋ",
    "Բարև ձեզ, ինչպե՞ս եք։ ՀԱՅԵՐԵՆ և",
    "Xin chào, bạn có khỏe không? Tiếng Việt có nhiều dấu: ậ ặ ễ ộ ỡ ự",
    "Türkçe: İstanbul'da ığdır IĞDIR; Čeština: příliš žluťoučký kůň; Íslenska: Það er ágætt, ð",
    "ⴰⵣⵓⵍ ⵎⴰⵏⵣⴰⴽⵉⵏ ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "ߌ ߣߌ ߛߐ߲߬ߜߐߡߊ߬ ߒߞߏ ߫",
    "𐐔𐐯𐑅𐐨𐑉𐐯𐐻 𐌰𐌱𐌲 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝐁𝐨𝐥𝐝 ① ⅷ ℌ ﬁ ﬀ ㎏ ㍻ ½",
    "ᜀᜎᜒᜊᜊ ᬩᬮᬶ ꦗꦮ ᮞᮥᮔ᮪ᮓ ꩀꨝ",
    "😀 😃👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇭🇯🇵 ❤️ ✈︎ ☺ ©®™ 🅰 #️⃣ 🫠",
]

TRICKY = [
    "", " ", "   ", "\t\n\r", "\u00a0", "\u3000", "\u2028\u2029", "\x00", "a\x00b", "\ufffd", "a\ufffdb", "\x0b\x0c",
    "a\x0bb", "a\x0cb", "a\x85b", "a\x1fb", "a\x7fb", "\u200b", "a\u200bb", "a\u200db", "a\u00adb", "\ufeffa", "a\ufeff",
    "e\u0301", "e\u0323\u0301", "e\u0301\u0323", "\u0301", "\u0301a", "a\u0300\u0301\u0302\u0303\u0304\u0323\u0331",
    "\u0344\u0323", "\u0f73\u0f71", "\u0301\u0f73", "\u1fed\u0323", "\u0390\u0323", "\u0958\u093c", "q\u0307\u0323",
    "\ud55c\u11ab", "\uac00\u11a8\u0323", "\u1112\u1161\u11ab", "\u212b \u2126 \u212a", "\u037e", "\u1fef", "\u2000\u2001",
    "\u0130", "I\u0307", "\u0130stanbul", "\u1e9e", "\u01c4\u01c5\u01c6", "\u03a3 \u03c3\u03a3", "\u0345", "\u1e9b\u0323",
    "\u202e abc \u202c", "\u200e\u200f\u061c", "\u2066a\u2069", "\ue000", "a\ue000b", "\U000f0000", "\U0010ffff", "\ufdd0",
    "\uffff", "\U0001fffe", "\u0378", "\u0e3f\u0378a", "\U000e0041", "\U000e0100", "\ufe0f", "\U0001d15e", "\U0001d165\U0001d16e",
    "\u302e\u302a", "\u0c4d\u0bcd\u094d", "\u19b0\u19b1", "\u4e00\u0301", "\u4e00\u4e01a\u9fff\ua000", "\u3400\u4dbf\u4dc0",
    "\U0002b820\U0002b91f\U0002b920\U0002ceaf\U0002ceb0", "\uf900\ufaff", "\U0002f800\U0002fa1f", "\u4e00 \u4e01",
    "[CLS]", "[SEP] x", "x[MASK]y", "[cls]", "[ CLS ]", "[UNK][PAD]", "[MASK", "[[MASK]]", "##ing", "a ##ing", "##",
    "-" * 200, "a" * 99, "a" * 100, "a" * 101, "\u00e9" * 100, "\u00e9" * 101, "e\u0301" * 100, "e\u0301" * 101, "\uac00" * 50,
    "\U0001f600" * 101, "a b" * 100, "x\u0301" * 300, "\u0301" * 300, "!?" * 50, "a" * 600 + "\u00e9" + "b" * 600,
    "\u2e43\u061d\u09fd\u0a76", "\U000111c9\u166d", "\u07fd\u0898\u08ca", "\u10a0\u1c90\u13a0\uab70", "\u0001\u0301\u0001",
    "e\u0001\u0301", "e\u00ad\u0301\u200d\u0323x", "\U000110ba\U0001109b", "\u1100\u1161\u0301\u11a8",
]

EMOJI = [
    "👩‍❤️‍💋‍👨 👨🏿‍🚀 🧑🏻‍🤝‍🧑🏾 👩🏽‍🦰 🏴‍☠️ 🐻‍❄️", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🇺🇳🇪🇺🇦",
    "1️⃣2️⃣*️⃣ ©️®️ ☎️☎︎ ℹ️", "👋🏻👋🏼👋🏽👋🏾👋🏿 ✊🏿 ☝🏽", "🫨🫷🏿🪿🩷 🫩", "\u200d👩 👩\u200d \u200d\u200d 👩\u200dx 🏽 \ufe0f\u20e3",
    "text😀text 😀.😀,😀'😀 #😀 @😀", "🇨🇨🇭🇭🇯 🇨x🇭", "👁️‍🗨️ ⛹🏽‍♀️ 🧜🏼‍♂️",
]

MARKS = [
    "a\u0316\u0301\u0327\u0345 o\u0308\u0304 u\u031b\u0301\u0323", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "\u0300\u0301\u0302 \u0323x\u0323 1\u0301",
    "क\u093c\u094d\u0937\u093f ड़ \u0921\u093c र\u094d\u200dय", "\u05e9\u05bc\u05c1\u05b8 \u05e9\u05c1\u05bc\u05b8 \ufb2c", "\u0627\u0653\u0654\u0655 \u0622 \u0623\u064b\u0651",
    "\u0e01\u0e33\u0e49 \u0e40\u0e01\u0e34\u0e14", "\u1100\u1161\u11a8\u302e \uac01\u302f \u1160\u11ff", "\u0b92\u0bd7 \u0b94 \u0dd9\u0dcf\u0dca \u1025\u102e",
    "\u20d0\u20dd\u20e3a\u20d0b\u20dd", "\U0001d157\U0001d165\U0001d16e \U00011131\U00011127 \U000114b9\U000114ba",
]

BIDI_AND_CONTROLS = [
    "\u202eabc\u202c \u202dxyz\u202c \u202aA\u202bB\u202c\u202c", "\u2066a\u2067b\u2068c\u2069\u2069\u2069", "abc \u05d0\u05d1\u05d2 123 \u0627\u0628\u062c \u200fx\u200e",
    "\u061c\u06dd123 \u0600\u0661", "".join(chr(c) for c in range(32)), "".join(chr(c) for c in range(0x7F, 0xA1)),
    "a\x00b\x01c\x1bd\x1b[31me\x7ff", "\u00ad\u034f\u115f\u1160\u17b4\u180b\u180e\u2060\u2061\u2065\u206a\ufff9\ufffb",
    "line\rone\ntwo\r\nthree\u2028four\u2029five\x85six\x0bseven\x0ceight", "\ufeff\ufeffx\ufeff \u200b\u200c\u200d",
    "\U000e0001\U000e0020\U000e007f \U000e0100x",
]

UNASSIGNED = [
    "\u0378\u0379a\u0380\u0530 \u05ff\u0a5f", "a\u2072b \u2e5e \u2fe0\u2fff \ufdd0\ufdef x\ufdd5y", "\uffff\ufffe \U0001ffff\U0002fffe",
    "x\U0010ffff \U0010fffey \U000fffff", "\U0001fbfb\U0001fc00 \U00018d80 \U0003134b \U000323b0 \U00050000", "\ue000\uf8ff \U000f0000\U0010fffd",
    "\u0870 \u1c8b \ua7cf \U00016d43 \U0001e6c0 \U0001ccd6",
]

# Characters by the trouble they make.
SETS = {
    "ascii": [chr(c) for c in range(128)],
    "latin": [chr(c) for c in range(0xA0, 0x250)],
    "marks": [chr(c) for c in range(0x300, 0x370)] + list("\u0591\u05b0\u064b\u0654\u093c\u094d\u0e49\u0f71\u0f72\u0f73\u302a\u302e\u20d0\u20dd"),
    "controls": [chr(c) for c in range(32)] + list("\x7f\x80\x85\x9f\u00ad\u0600\u061c\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufeff\ufffd"),
    "spaces": list(" \t\n\r\u00a0\u1680\u2000\u2003\u2009\u2028\u2029\u202f\u205f\u3000"),
    "punctuation": list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u037e\u0387\u05be\u060c\u0964\u2010\u2014\u2018\u201c\u2026\u2030\u203b\u3001\u300c\uff01"),
    "cjk": list("\u4e00\u4e8c\u65e5\u672c\u9fff\u3400\uf900\ufa30\U00020000\U0002b820\U0002b920\U0002f800\u3042\u30a2\u30ac\u304c"),
    "hangul": list("\uac00\ud55c\uae00\ud7a3\u1100\u1112\u1161\u11a8\u11ab\u3131"),
    "decomposing": list("\u00c5\u0130\u01d5\u0344\u0390\u03b0\u1e69\u1ea5\u1fb7\u1fee\u212b\u2adc\u0958\u0b5c\u0f43\u0f77\ufb1d\ufb2e\U0001d15e\U000110ab"),
    "upper": list("ABZ\u00c0\u0141\u0386\u0401\u0531\u10a0\u13a0\u1c90\u1e9e\u2160\u24b6\ua640\uff21\U00010400\U0001e900"),
    "rare": list("\u0378\ue000\ufdd0\uffff\U0001f600\U0001f3fd\U0001f1e8\U000e0041\U000f0000\U0010ffff\u2e43\u07fd\u166d"),
    "cleanup": list(".?!,' "),
}

CHUNKS = [
    " ".join(ENGLISH * 20),
    "\n".join(SCRIPTS * 3),
    "".join(CODE * 10),
    "a" * 50000,
    " ".join("\u00e9" * 5 for _ in range(2000)),
    "\u4e00" * 3000,
    "e\u0301" * 4000,
]

KINDS = {"English": ENGLISH, "source code": CODE, "thirty scripts": SCRIPTS, "emoji sequences": EMOJI, "combining marks": MARKS,
         "bidi and control characters": BIDI_AND_CONTROLS, "unassigned and noncharacters": UNASSIGNED, "hard cases": TRICKY[1:],
         "empty": [""], "long texts": CHUNKS}
ALL = [text for texts in KINDS.values() if texts is not CHUNKS for text in texts]
KIND_OF = {"a" * (1 << 20): "1 MiB of one letter"} | {text: kind for kind, texts in reversed(KINDS.items()) for text in texts}
