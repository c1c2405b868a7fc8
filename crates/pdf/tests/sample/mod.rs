//! Documents to be drawn: the plain one, and those that are hard.

use ananke_pdf::{Field, Language, Rendition};

pub(crate) fn field(label: &str, value: &str) -> Field {
    Field {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn diploma() -> Rendition {
    Rendition {
        language: Language::English,
        test: false,
        issuer_name: "University of Northfield".to_owned(),
        issuer_code: "NFU001".to_owned(),
        document_type: "Certificate".to_owned(),
        title: "Master of Science in Hydrology".to_owned(),
        recipient: "Amélie Okonkwo-Lindqvist".to_owned(),
        fields: vec![
            field("Programme", "Water in a changing climate"),
            field("Final grade", "1.3, with distinction"),
            field("Credits", "120 ECTS"),
        ],
        issued_at: "2026-11-23T10:00:00Z".parse().unwrap(),
        awarded_on: Some("2026-11-20".parse().unwrap()),
        valid_until: None,
        reference: "TRF-7K3M9QX2VB4WD".to_owned(),
        verification_url: "https://verify.example.org/v/TRF-7K3M9QX2VB4WD".to_owned(),
        root_fingerprint: "sha256:9f2c41d07be85a6633aa10c4e2b97d5f0c8e7716d49b3a52f1e06c8d4477ab19"
            .to_owned(),
    }
}

pub(crate) fn samples() -> Vec<(&'static str, Rendition)> {
    let with = |change: &dyn Fn(&mut Rendition)| {
        let mut sample = diploma();
        change(&mut sample);
        sample
    };
    vec![
        ("diploma", diploma()),
        (
            "bare",
            with(&|sample| {
                sample.fields.clear();
                sample.title.clear();
                sample.awarded_on = None;
            }),
        ),
        (
            "nothing",
            with(&|sample| {
                sample.fields.clear();
                sample.title.clear();
                sample.document_type.clear();
                sample.recipient.clear();
                sample.issuer_name.clear();
            }),
        ),
        (
            "test-mode",
            with(&|sample| {
                sample.test = true;
                sample.valid_until = Some("2031-01-01T00:00:00Z".parse().unwrap());
            }),
        ),
        (
            "many-fields",
            with(&|sample| {
                sample.test = true;
                sample.fields = (1..=60)
                    .map(|number| {
                        field(
                            &format!("Module {number}"),
                            "Fluid mechanics, 5 ECTS, grade 1.7",
                        )
                    })
                    .collect();
            }),
        ),
        (
            "long-words",
            with(&|sample| {
                sample.title =
                    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".to_owned();
                sample.recipient = "W".repeat(64);
                sample.fields = vec![
                    field(
                        "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung",
                        "x",
                    ),
                    field(
                        "Address",
                        &"https://example.org/a/very/long/path/".repeat(13),
                    ),
                    field("Token", &"abcdef0123456789".repeat(31)),
                    field("Two lines", "first line\nsecond line"),
                    field("Empty", ""),
                ];
            }),
        ),
        (
            "scripts",
            with(&|sample| {
                sample.recipient = "Nguyễn Thị Ngọc Ánh".to_owned();
                sample.fields = vec![
                    field(
                        "Greek, Cyrillic",
                        "Ελένη Παπαδοπούλου, Юлия Щербакова, Ђорђе",
                    ),
                    field(
                        "Arabic",
                        "جامعة الشمال تشهد بأن الطالبة ليلى العلوي أتمت دراستها في علوم المياه بنجاح سنة 2026",
                    ),
                    field("Hebrew", "אוניברסיטת הצפון (Northfield) 2026"),
                    field("Hindi", "प्रिया क्षत्रिय, विश्वविद्यालय"),
                    field("Thai", "ปริญญาวิทยาศาสตรมหาบัณฑิต"),
                    field("Georgian, Armenian", "თბილისი, Երևան"),
                    field(
                        "Marks",
                        "Z\u{332}a\u{307}\u{323}l\u{30A}g\u{308}o\u{328}\u{301}",
                    ),
                    field("Ligatures", "office affluent fjord"),
                    field("Symbols", "½ ≤ 3 µm, 25 °C → ∞ ♪ ✓"),
                ];
            }),
        ),
        (
            "missing-glyphs",
            with(&|sample| {
                sample.recipient = "王小明 Wang Xiaoming".to_owned();
                sample.fields = vec![field("Name", "王小明"), field("Cheer", "Well done 👩‍🎓🎉!")];
            }),
        ),
        (
            "arabic-name",
            with(&|sample| {
                sample.recipient = "ليلى العلوي".to_owned();
                sample.title = "شهادة الماجستير في علوم المياه".to_owned();
            }),
        ),
        (
            "long-texts",
            with(&|sample| {
                sample.title = "Certificate of attendance at the thirty-second international summer school on \
                            groundwater, surface water and everything in between".to_owned();
                sample.recipient =
                    "Maria do Carmo Mão de Ferro e Cunha de Almeida Santa Rita Santos Abreu"
                        .to_owned();
                sample.issuer_name =
                    "Interuniversity Consortium for the Study of Freshwater Systems and Their \
                                  Management in the Alpine Region"
                        .to_owned();
                sample.fields = vec![field(
                    "Remarks",
                    &"The holder took part in every field exercise. ".repeat(10),
                )];
                sample.verification_url = format!(
                    "https://verification.documents.consortium-freshwater.example/ananke/v/{}",
                    sample.reference
                );
            }),
        ),
    ]
}
