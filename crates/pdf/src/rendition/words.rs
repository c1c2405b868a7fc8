//! Every word the page adds of its own, one table per language.

use super::Language;

pub(super) struct Words {
    pub(super) document: &'static str,
    pub(super) issuer_code: &'static str,
    pub(super) issued_to: &'static str,
    pub(super) awarded_on: &'static str,
    pub(super) issued_on: &'static str,
    pub(super) valid_until: &'static str,
    pub(super) no_end: &'static str,
    pub(super) verify_at: &'static str,
    pub(super) reference: &'static str,
    /// What a paper is worth by itself.
    pub(super) advice: &'static str,
    pub(super) root: &'static str,
    pub(super) test: &'static str,
    /// Explains the box; the box itself is put before it.
    pub(super) missing: &'static str,
    pub(super) page: &'static str,
    pub(super) of: &'static str,
    /// Described to those who cannot see the code.
    pub(super) code: &'static str,
}

pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
        Language::German => &GERMAN,
        Language::Spanish => &SPANISH,
        Language::Portuguese => &PORTUGUESE,
    }
}

const ENGLISH: Words = Words {
    document: "Document",
    issuer_code: "Issuer code",
    issued_to: "Issued to",
    awarded_on: "Awarded on",
    issued_on: "Issued on",
    valid_until: "Valid until",
    no_end: "No end set",
    verify_at: "Verify at",
    reference: "Reference",
    advice: "Paper can be copied and changed. Scan the code or open the address to see whether this \
             document is genuine and still holds, and compare it with what you read there.",
    root: "Root fingerprint",
    test: "TEST – this document certifies nothing",
    missing: "stands for a character this page cannot print; the signed document has it.",
    page: "Page",
    of: "of",
    code: "QR code of the verification address",
};

const FRENCH: Words = Words {
    document: "Document",
    issuer_code: "Code de l’émetteur",
    issued_to: "Délivré à",
    awarded_on: "Décerné le",
    issued_on: "Émis le",
    valid_until: "Valable jusqu’au",
    no_end: "Sans limite",
    verify_at: "Vérifier sur",
    reference: "Référence",
    advice: "Le papier se copie et se modifie. Scannez le code ou ouvrez l’adresse pour savoir si ce \
             document est authentique et toujours valable, puis comparez-le avec ce que vous y lisez.",
    root: "Empreinte de la racine",
    test: "TEST – ce document n’atteste rien",
    missing: "remplace un caractère que cette page ne peut imprimer ; le document signé le contient.",
    page: "Page",
    of: "sur",
    code: "Code QR de l’adresse de vérification",
};

const GERMAN: Words = Words {
    document: "Dokument",
    issuer_code: "Ausstellerkennung",
    issued_to: "Ausgestellt für",
    awarded_on: "Verliehen am",
    issued_on: "Ausgestellt am",
    valid_until: "Gültig bis",
    no_end: "Unbefristet",
    verify_at: "Prüfen unter",
    reference: "Referenz",
    advice: "Papier lässt sich kopieren und verändern. Scannen Sie den Code oder öffnen Sie die \
             Adresse, um zu sehen, ob dieses Dokument echt ist und noch gilt, und vergleichen Sie es \
             mit dem, was dort steht.",
    root: "Fingerabdruck der Wurzel",
    test: "TEST – dieses Dokument bescheinigt nichts",
    missing: "steht für ein Zeichen, das diese Seite nicht drucken kann; das signierte Dokument \
              enthält es.",
    page: "Seite",
    of: "von",
    code: "QR-Code der Prüfadresse",
};

const SPANISH: Words = Words {
    document: "Documento",
    issuer_code: "Código del emisor",
    issued_to: "Expedido a",
    awarded_on: "Otorgado el",
    issued_on: "Emitido el",
    valid_until: "Válido hasta",
    no_end: "Sin vencimiento",
    verify_at: "Verificar en",
    reference: "Referencia",
    advice: "El papel se puede copiar y modificar. Escanee el código o abra la dirección para ver si \
             este documento es auténtico y sigue vigente, y compárelo con lo que lea allí.",
    root: "Huella de la raíz",
    test: "PRUEBA (TEST) – este documento no certifica nada",
    missing: "representa un carácter que esta página no puede imprimir; el documento firmado lo \
              contiene.",
    page: "Página",
    of: "de",
    code: "Código QR de la dirección de verificación",
};

const PORTUGUESE: Words = Words {
    document: "Documento",
    issuer_code: "Código do emissor",
    issued_to: "Emitido para",
    awarded_on: "Concedido em",
    issued_on: "Emitido em",
    valid_until: "Válido até",
    no_end: "Sem prazo",
    verify_at: "Verificar em",
    reference: "Referência",
    advice: "O papel pode ser copiado e alterado. Leia o código ou abra o endereço para saber se este \
             documento é autêntico e continua válido, e compare-o com o que lá está escrito.",
    root: "Impressão digital da raiz",
    test: "TESTE (TEST) – este documento não certifica nada",
    missing: "representa um caractere que esta página não consegue imprimir; o documento assinado o \
              contém.",
    page: "Página",
    of: "de",
    code: "Código QR do endereço de verificação",
};
