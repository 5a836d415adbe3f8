//! The terms of Giga's school master, and how people write them in English, French, Spanish,
//! Portuguese and Arabic and in OpenStreetMap. What is ambiguous has no term: it is not guessed.

use std::{collections::HashMap, sync::LazyLock};

use super::spelling::plain;

/// Which few values a field may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Terms {
    YesNo,
    AreaType,
    Funding,
    Technology,
    ElectricityType,
    Coverage,
    Modality,
}

/// Each term and its other spellings, with commas between them.
const SPELLINGS: &[(Terms, &[(&str, &str)])] = &[
    (
        Terms::YesNo,
        &[
            (
                "yes",
                "y, true, t, 1, 1.0, oui, o, vrai, si, sí, s, sim, verdadero, verdadeiro, да, نعم, \
                 available, disponible, disponível, متوفر, يوجد",
            ),
            (
                "no",
                "n, false, f, 0, 0.0, non, faux, não, falso, нет, لا, not available, none, \
                 indisponible, no disponible, indisponível, غير متوفر, لا يوجد",
            ),
            ("unknown", UNKNOWN),
        ],
    ),
    (
        Terms::AreaType,
        &[
            (
                "urban",
                "u, urbain, urbaine, urbano, urbana, city, town, ville, ciudad, cidade, حضري, حضر, \
                 حضرية, مدينة",
            ),
            (
                "rural",
                "r, rurale, village, campo, campagne, ريفي, ريف, ريفية, قروي, قرية",
            ),
        ],
    ),
    (
        Terms::Funding,
        &[
            (
                "public",
                "publique, público, pública, government, governmental, govt, gov, state, \
                 state owned, état, étatique, gouvernement, gouvernemental, gouvernementale, \
                 estatal, oficial, fiscal, gubernamental, gobierno, municipal, estadual, federal, \
                 governamental, government non profit, عام, عامة, عمومي, عمومية, حكومي, حكومية",
            ),
            (
                "private",
                "privé, privée, privado, privada, particular, private for profit, خاص, خاصة, \
                 أهلي, أهلية, القطاع الخاص",
            ),
            (
                "charitable",
                "charity, ngo, ong, non profit, not for profit, private non profit, caritatif, \
                 caritative, sans but lucratif, sin fines de lucro, benéfico, caritativo, \
                 filantrópica, sem fins lucrativos, خيري, خيرية, منظمة غير حكومية",
            ),
            (
                "others",
                "other, autre, autres, otro, otros, otra, outro, outros, outra, community, \
                 communautaire, comunitario, comunitária, comunitaria, religious, faith based, \
                 confessionnel, أخرى",
            ),
        ],
    ),
    (
        Terms::Technology,
        &[
            (
                "fiber",
                "fibre, fiber optic, fibre optic, fiber optics, fibre optics, optical fiber, \
                 optical fibre, ftth, fttx, fibre optique, fibra, fibra óptica, ألياف, \
                 ألياف ضوئية, ألياف بصرية, الألياف الضوئية",
            ),
            ("xdsl", "dsl, adsl, adsl2, adsl2+, vdsl, sdsl, hdsl"),
            (
                "wired",
                "ethernet, lan, fixed line, filaire, câblé, alámbrico, cableado, cabeado, \
                 com fio, سلكي",
            ),
            (
                "cellular",
                "mobile, 2g, 3g, 4g, 5g, 3g/4g, 4g/lte, lte, gsm, umts, hspa, mobile broadband, \
                 mobile network, mobile data, cellulaire, réseau mobile, internet mobile, celular, \
                 móvil, red móvil, datos móviles, móvel, rede móvel, خلوي, جوال, شبكة الجوال, \
                 الهاتف المحمول",
            ),
            (
                "p2mp wireless",
                "p2mp, point to multipoint, point to multipoint wireless, wimax, \
                 point à multipoint, punto multipunto, ponto multiponto",
            ),
            (
                "p2p wireless",
                "p2p, point to point, point to point wireless, microwave, microwave link, \
                 radio link, faisceau hertzien, point à point, microondas, enlace de microondas, \
                 radioenlace, punto a punto, micro-ondas, ponto a ponto, ميكروويف",
            ),
            (
                "satellite",
                "vsat, v-sat, starlink, leo satellite, geo satellite, satelite, satélite, satelital, \
                 قمر صناعي, أقمار صناعية, الأقمار الصناعية, ساتل",
            ),
            ("copper", "cuivre, cobre, نحاس"),
            ("coaxial", "coax, hfc, coaxial cable, cable modem"),
            (
                "other",
                "others, autre, autres, otro, otra, outro, outra, أخرى",
            ),
            ("unknown", UNKNOWN),
        ],
    ),
    (
        Terms::ElectricityType,
        &[
            (
                "electrical grid",
                "grid, national grid, public grid, main grid, mains, réseau, réseau électrique, \
                 réseau national, red eléctrica, red pública, red nacional, rede elétrica, \
                 rede pública, rede nacional, الشبكة, شبكة الكهرباء, الشبكة العامة",
            ),
            (
                "diesel generator",
                "generator, diesel, genset, générateur, groupe électrogène, generador, planta \
                 eléctrica, generador diésel, gerador, gerador a diesel, مولد, مولد كهربائي, \
                 مولد ديزل",
            ),
            (
                "solar power station",
                "solar, solar power, solar panel, solar panels, solar pv, solaire, \
                 panneau solaire, panneaux solaires, énergie solaire, paneles solares, \
                 panel solar, energía solar, painel solar, painéis solares, energia solar, شمسي, \
                 طاقة شمسية, الطاقة الشمسية",
            ),
            (
                "other",
                "others, autre, autres, otro, otra, outro, outra, أخرى",
            ),
            ("unknown", UNKNOWN),
        ],
    ),
    (
        Terms::Coverage,
        &[
            ("2G", "gsm, edge, gprs"),
            ("3G", "umts, hspa, hspa+"),
            ("4G", "lte, 4g/lte, 4g lte"),
            ("5G", "nr, 5g nr"),
            (
                "no coverage",
                "none, no, no signal, aucune, aucune couverture, pas de couverture, sin cobertura, \
                 ninguna, sem cobertura, nenhuma, لا توجد تغطية, بدون تغطية",
            ),
            ("unknown", UNKNOWN),
        ],
    ),
    (
        Terms::Modality,
        &[
            ("online", "web, internet, en ligne, en línea, عبر الإنترنت"),
            (
                "in-person",
                "face to face, field visit, en personne, en présentiel, sur place, presencial, \
                 en persona, حضوري, زيارة ميدانية",
            ),
            (
                "phone",
                "telephone, by phone, téléphone, par téléphone, teléfono, por teléfono, telefone, \
                 por telefone, هاتف, عبر الهاتف",
            ),
            ("other", "others, autre, otro, outro, أخرى"),
        ],
    ),
];

const UNKNOWN: &str = "not known, not stated, inconnu, inconnue, non précisé, desconocido, \
                       desconocida, no especificado, desconhecido, desconhecida, \
                       não especificado, неизвестно, غير معروف, غير محدد";

type Index = HashMap<(Terms, String), &'static str>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = HashMap::new();
    for (terms, list) in SPELLINGS {
        for (term, spellings) in *list {
            for spelling in spellings.split(',').chain([*term]) {
                index.insert((*terms, key(spelling)), *term);
            }
        }
    }
    index
});

/// What a text is compared by. Signs matter in a number: 1.0 is not 10.
fn key(text: &str) -> String {
    if text.chars().any(char::is_alphabetic) {
        plain(text)
    } else {
        text.trim().to_owned()
    }
}

/// The term that a text means, whatever its case and accents.
pub(super) fn term(terms: Terms, text: &str) -> Option<&'static str> {
    INDEX.get(&(terms, key(text))).copied()
}

/// The terms in words.
pub(super) fn named(terms: Terms) -> String {
    let lists = SPELLINGS.iter().filter(|(known, _)| *known == terms);
    let names: Vec<&str> = lists.flat_map(|(_, list)| *list).map(|t| t.0).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_written_in_many_ways() {
        for (terms, term_wanted, spellings) in [
            (
                Terms::Funding,
                "private",
                vec![
                    "Privé",
                    "prive",
                    "PRIVATE",
                    "privada",
                    "خاصة",
                    "Prive\u{301}e",
                ],
            ),
            (
                Terms::Funding,
                "public",
                vec!["Público", "Government", "حكومية"],
            ),
            (Terms::AreaType, "rural", vec!["RURAL", "Rurale", "ريفي"]),
            (
                Terms::Technology,
                "fiber",
                vec!["Fibre optique", "FIBRA ÓPTICA", "Fibre"],
            ),
            (Terms::Technology, "cellular", vec!["4G", "Móvil", "3G/4G"]),
            (Terms::YesNo, "no", vec!["Não", "NON", "0", "لا"]),
            (Terms::YesNo, "unknown", vec!["Inconnu"]),
        ] {
            for spelling in spellings {
                assert_eq!(term(terms, spelling), Some(term_wanted), "{spelling}");
            }
        }
        assert_eq!(term(Terms::Funding, "semi"), None);
        assert_eq!(term(Terms::Technology, "carrier pigeon"), None);
        assert_eq!(named(Terms::AreaType), "urban, rural");
    }

    #[test]
    fn no_spelling_means_two_terms() {
        for (terms, list) in SPELLINGS {
            for (term_wanted, spellings) in *list {
                for spelling in spellings.split(',').chain([*term_wanted]) {
                    assert!(!plain(spelling).is_empty(), "{terms:?} {term_wanted}");
                    assert_eq!(term(*terms, spelling), Some(*term_wanted), "{spelling}");
                }
            }
        }
    }
}
