//! Columns about people: a list of masts names who holds the key, and that is nobody's business
//! here. Keeps nothing of them but that they were there.

use crate::{
    domain::listing::Finding,
    registry::{columns::plain, table::Table},
};

/// Parts of names of columns that are about people.
const WORDS: &[&str] = &[
    "contact",
    "phone",
    "telephone",
    "telefono",
    "telefone",
    "mobileno",
    "mobilenumber",
    "gsmno",
    "fax",
    "email",
    "mail",
    "courriel",
    "correo",
    "whatsapp",
    "responsable",
    "responsavel",
    "responsible",
    "manager",
    "engineer",
    "technician",
    "landlord",
    "bailleur",
    "firstname",
    "lastname",
    "surname",
    "prenom",
    "guard",
    "custodian",
];
/// Whole names: who edited an object of `OpenStreetMap`, and others too short to be a part.
const WHOLE: &[&str] = &[
    "user",
    "@user",
    "uid",
    "@uid",
    "tel",
    "editor",
    "createdby",
    "lasteditedby",
    "creator",
];

/// The columns of a file that are about people.
pub(super) struct People {
    columns: Vec<usize>,
}

impl People {
    pub(super) fn look(table: &Table) -> Self {
        let about = |name: &str| {
            let name = plain(name);
            WHOLE.contains(&&*name) || WORDS.iter().any(|word| name.contains(word))
        };
        let columns = table.columns.iter().enumerate();
        Self {
            columns: columns
                .filter(|(_, name)| about(name))
                .map(|(column, _)| column)
                .collect(),
        }
    }

    /// Whether a cell is about a person: by its column, or because it is somebody's address.
    pub(super) fn names(&self, column: usize, text: &str) -> bool {
        self.columns.contains(&column) || is_mail_address(text)
    }

    /// One for each column.
    pub(super) fn findings(&self, names: &[String]) -> Vec<Finding> {
        let finding = |column: &usize| {
            let message = "the column seems to be about people; nothing of it was kept";
            Finding::info(0, "personal_column", message).field(&names[*column])
        };
        self.columns.iter().map(finding).collect()
    }
}

fn is_mail_address(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        word.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people_are_known_and_ids_are_not() {
        assert!(is_mail_address("ask amina@example.org"));
        assert!(!is_mail_address("node/17"));
        assert!(!is_mail_address("@id"));
        assert!(!is_mail_address("3 km @ 4.5 m"));
    }

    #[test]
    fn columns_about_people_are_known_by_name() {
        let names = [
            "Contact Name",
            "site_name",
            "TEL",
            "Site Manager",
            "user",
            "telecom",
        ];
        let table = Table {
            columns: names.map(Into::into).into(),
            rows: vec![],
            row_count: 0,
            findings: vec![],
        };
        assert_eq!(People::look(&table).columns, [0, 2, 3, 4]);
    }
}
