"""The regions, languages and words of the invented people.

Every name and sentence is made up. Right-to-left text, Japanese without blanks, accents and emoji
are among them because a client must not damage them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The words of posts in one language."""

    openings: tuple[str, ...]
    subjects: tuple[str, ...]
    tags: tuple[str, ...]
    names: tuple[str, ...]
    remarks: tuple[str, ...]


# region -> (share of the accounts, language). NA (Namibia) is included because programs confuse it
# with a missing value; JP and US have many accounts because the guides search for them.
REGIONS: dict[str, tuple[int, str]] = {
    "US": (30, "en"),
    "JP": (15, "ja"),
    "DE": (12, "de"),
    "GB": (6, "en"),
    "EG": (5, "ar"),
    "SA": (4, "ar"),
    "FR": (5, "fr"),
    "ES": (4, "es"),
    "MX": (4, "es"),
    "BR": (5, "pt"),
    "KR": (3, "ko"),
    "TR": (3, "tr"),
    "IN": (3, "hi"),
    "AT": (2, "de"),
    "NA": (2, "en"),
    "NG": (2, "en"),
}

LANGUAGES: dict[str, Language] = {
    "en": Language(
        (
            "Today I tried",
            "Nobody told me about",
            "Three things to know about",
            "POV: you discover",
            "My honest review of",
            "Part 2 of",
        ),
        (
            "night trains",
            "sourdough bread",
            "the smallest cat in town",
            "rock climbing",
            "my grandmother's garden",
            "old film cameras",
            "climate data",
            "a five minute dinner",
        ),
        ("cats", "baking", "travel", "climate", "booktok", "climbing", "learnontiktok", "ootd"),
        ("Mara Quill", "Ollie Brandt", "June Farrow", "Teddy Okoro", "Priya Lane", "Sam Whit"),
        ("so good", "where is this?", "I needed that today", "part 3 please", "LOL same", "ok wow"),
    ),
    "de": Language(
        ("Heute probiere ich", "Keiner spricht über", "So geht", "Mein Fazit zu", "Schöne Grüße:"),
        (
            "Käsespätzle wie früher",
            "die Straßenbahn in Köln",
            "Äpfel aus dem Garten",
            "das Wahlprogramm in 60 Sekunden",
            "Übungen für den Rücken",
            "mein größtes Hobby",
        ),
        ("deutschland", "rezept", "politik", "straße", "frühling", "katzen"),
        ("Jörg Müßig", "Änne Kröger", "Lars Übelacker", "Mia Groß", "Tünde Weiß"),
        ("Sehr schön!", "Wo gibt's das?", "Größer als gedacht", "Danke dafür", "hä? 😅"),
    ),
    "ja": Language(
        ("今日の", "はじめての", "誰も知らない", "おすすめの", "三分でわかる"),
        ("朝ごはん🍳", "猫カフェ", "京都の散歩", "統計学入門", "文房具レビュー", "新幹線の旅"),
        ("猫", "日常", "旅行", "料理", "おすすめ", "fypシ"),
        ("さくら日記", "たなか食堂", "ねこのみみ", "北の鉄道", "夜更かし学生"),
        ("かわいい！", "行ってみたい", "最高です", "続きが見たい", "わかる笑"),
    ),
    "ar": Language(
        ("اليوم جربت", "لا أحد يتحدث عن", "أفضل ثلاث نصائح عن", "حكاية"),
        ("قهوة الصباح", "أسواق القاهرة القديمة", "تعلم البرمجة", "قطتي الصغيرة", "خبز البيت"),
        ("قطط", "سفر", "وصفات", "تعلم", "اكسبلور"),
        ("نور الصباح", "سلمى كتاب", "يوسف الرحّال", "دفتر هند"),
        ("ما شاء الله", "جميل جدا", "أين هذا المكان؟", "شكرا على الفيديو"),
    ),
    "fr": Language(
        ("Aujourd'hui je teste", "Personne ne parle de", "Mon avis sur", "Voilà"),
        ("la crème brûlée", "les gares à l'aube", "l'été à Sète", "un œuf parfait", "le vélo"),
        ("recette", "été", "voyage", "pourtoi", "cinéma"),
        ("Zoé Lefèvre", "Côme Dubreuil", "Anaïs Rœder"),
        ("Trop bien", "Ça a l'air délicieux", "J'adore", "Où ça ?"),
    ),
    "es": Language(
        ("Hoy probé", "Nadie habla de", "Mi opinión sobre", "Así se hace"),
        ("la tortilla de mi abuela", "viajar en otoño", "aprender estadística", "un gato pequeño"),
        ("gatos", "receta", "viaje", "parati", "españa"),
        ("Íñigo Peña", "Lucía Muñiz", "Xóchitl Ríos"),
        ("¡Qué lindo!", "jajaja igual", "¿Dónde es?", "Me encanta"),
    ),
    "pt": Language(
        ("Hoje testei", "Ninguém fala sobre", "Minha opinião sobre", "Três dicas de"),
        ("pão de queijo", "São Paulo de manhã", "música ao vivo", "um café forte"),
        ("receita", "viagem", "música", "brasil"),
        ("João Taquara", "Conceição Mar", "Bia Aragão"),
        ("Que saudade", "Amei demais", "Onde fica?", "kkkkk"),
    ),
    "ko": Language(
        ("오늘의", "처음 가 본", "아무도 모르는", "추천하는"),
        ("아침 식사", "고양이 카페", "서울 산책", "기차 여행"),
        ("고양이", "일상", "여행", "추천"),
        ("하늘일기", "밤고양이", "느린기차"),
        ("너무 귀여워요", "가고 싶다", "최고예요"),
    ),
    "tr": Language(
        ("Bugün denedim:", "Kimse bilmiyor:", "Üç öneri:", "İşte"),
        ("ev yapımı ekmek", "İstanbul'da sabah", "küçük kedim", "şehir ışıkları"),
        ("kedi", "gezi", "keşfet", "tarif"),
        ("Işıl Çağlar", "Ömer Yağız", "Gülşen Öz"),
        ("Çok güzel", "Nerede burası?", "Ellerine sağlık"),
    ),
    "hi": Language(
        ("आज मैंने देखा", "किसी ने नहीं बताया", "तीन बातें:", "मेरी राय"),
        ("सुबह की चाय", "पुराना बाज़ार", "मेरी बिल्ली", "रेल यात्रा"),
        ("बिल्ली", "यात्रा", "खाना", "भारत"),
        ("मीरा कुमार", "धूप और छाँव", "अनय देव"),
        ("बहुत सुंदर", "वाह", "यह कहाँ है?"),
    ),
}

EVERYWHERE = ("fyp", "foryou", "viral", "trend", "duet")
EMOJI = ("😀", "🥀", "👩🏽‍🔬", "❤️‍🩹", "🇩🇪", "✨", "🐈‍⬛", "🫡", "☸️")
STICKERS = ("Good morning", "Vote!", "Sale ✨")
HANDLE_BEGINNINGS = ("nova", "pixel", "moss", "luna", "salt", "paper", "tiny", "river", "amber")
HANDLE_ENDINGS = ("finch", "atlas", "kitchen", "loop", "harbor", "notes", "garden", "signal")
