//! Who may do what. The one place where roles are told apart; must not know how a person logs in.

/// What an account may do. More roles come here, and only here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May do everything.
    Administrator,
    /// Goes to schools: installs probes, and says what is otherwise there than the list has it.
    Technician,
}

/// A change of state that needs permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Make an enrolment code for a school.
    EnrolProbe,
    /// Take a probe's right to report.
    RevokeProbe,
    /// Bring a school list in, look at it, apply and undo it.
    ImportList,
    /// Say that a school's name or position should be another.
    ProposeCorrection,
    /// Let such a proposal count, or not.
    DecideCorrection,
    /// Say that two schools are one, or are not after all.
    MergeSchools,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Administrator, Self::Technician];

    /// The role's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Technician => "technician",
        }
    }

    /// The role of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }

    /// Whether this role may do it.
    pub fn may(self, action: Action) -> bool {
        match (self, action) {
            (Self::Administrator, _)
            | (Self::Technician, Action::EnrolProbe | Action::ProposeCorrection) => true,
            (
                Self::Technician,
                Action::RevokeProbe
                | Action::ImportList
                | Action::DecideCorrection
                | Action::MergeSchools,
            ) => false,
        }
    }
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::EnrolProbe,
        Self::RevokeProbe,
        Self::ImportList,
        Self::ProposeCorrection,
        Self::DecideCorrection,
        Self::MergeSchools,
    ];

    /// The action's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::EnrolProbe => "enrol_probe",
            Self::RevokeProbe => "revoke_probe",
            Self::ImportList => "import_list",
            Self::ProposeCorrection => "propose_correction",
            Self::DecideCorrection => "decide_correction",
            Self::MergeSchools => "merge_schools",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_its_slug() {
        for role in Role::ALL {
            assert_eq!(Role::from_slug(role.slug()), Some(role));
        }
        assert_eq!(Role::from_slug("Administrator"), None);
    }

    #[test]
    fn a_technician_proposes_and_an_administrator_decides() {
        let may = |role: Role| Action::ALL.map(|action| role.may(action));
        assert_eq!(may(Role::Administrator), [true; 6]);
        assert_eq!(
            may(Role::Technician),
            [true, false, false, true, false, false]
        );
    }
}
