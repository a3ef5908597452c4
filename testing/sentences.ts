/** Sentences as people write them, in scripts of every kind, with queries that find them. */

/** A sentence, queries that find it, and queries that do not. */
export interface Sentence {
  readonly text: string;
  readonly finds: readonly string[];
  readonly misses: readonly string[];
}

export const SENTENCES: readonly Sentence[] = [
  {
    text: "明天下午三点我们在北京大学的图书馆见面，好吗？",
    finds: ["北京", "京", "北京大学", "图书馆", "明天 图书馆", '"下午三点"', "吗", "学的图"],
    misses: ["南京", "京北", "北大", "图馆", "京都"],
  },
  {
    text: "東京都の美術館でゴッホの展覧会を見ました。とてもよかったです。",
    finds: ["東京", "京都", "都", "美術館", "ゴッホ", "ｺﾞｯﾎ", "展覧会", "見ました", "で", "す"],
    misses: ["西京", "コッホ", "美館", "ゴ ホッ京"],
  },
  {
    text: "서울에서 부산까지 기차로 세 시간쯤 걸려요.",
    finds: ["서울", "부산", "기차", "시간", "서울에서", "걸려요", "세", "까지"],
    misses: ["대구", "기로", "울서"],
  },
  {
    text: "Le garçon déjà fatigué a mangé une crème brûlée près de l'Opéra.",
    finds: [
      "garcon",
      "GARÇON",
      "deja",
      "creme brulee",
      '"crème brûlée"',
      "opera",
      "l'opéra",
      "fati",
    ],
    misses: ["garconn", "brulee creme mousse", '"brûlée crème"'],
  },
  {
    text: "Größe und Maße stehen auf der Straße, sagt Jürgen.",
    finds: ["grosse", "GRÖSSE", "masse", "strasse", "STRAßE", "jurgen", '"auf der strasse"'],
    misses: ["gross ", "strase"],
  },
  {
    text: "Ёжик в тумане — мой любимый мультфильм, а ещё «Варежка».",
    finds: ["ежик", "ёжик", "ТУМАНЕ", "мульт", '"мой любимый"', "еще", "варежка"],
    misses: ["туманы", "мой варежка белка"],
  },
  {
    text: "الكِتابُ على الطاولة، وأحمد يقرأ الجريدة كـــل صباح.",
    finds: ["الكتاب", "الكِتاب الطاولة", "واحمد", '"وأحمد يقرأ"', "الجريدة", "كل", "صباح"],
    misses: ["القلم", "مساء"],
  },
  {
    text: "Ο Σίσυφος κυλάει τον βράχο στην οδό Αθηνάς.",
    finds: ["σισυφοσ", "ΣΙΣΥΦΟΣ", "βραχο", "οδο", "αθηνας"],
    misses: ["λοφος"],
  },
  {
    text: "कल शाम को हिन्दी की कक्षा में मिलते हैं।",
    finds: ["हिन्दी", "कक्षा", "शाम", '"में मिलते"'],
    misses: ["हिन्दू", "सुबह"],
  },
  {
    text: "พรุ่งนี้เจอกันที่ตลาดน้ำตอนเก้าโมงเช้า",
    finds: ["ตลาดน้ำ", "พรุ่งนี้", "เก้าโมง", "ก้"],
    misses: ["ตลาดบก"],
  },
  {
    text: "iPhone发布会在９月，Wi-Fi 密码是 abc_123！",
    finds: ["iphone发布", "发布会", "9月", "wi-fi", "ABC_123", "密码", "iphone"],
    misses: ["android", "abc_124", "发会"],
  },
];
