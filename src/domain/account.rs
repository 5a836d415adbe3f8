//! Who may do what. The one place where roles are told apart; must not know how a person logs in.

/// What an account may do. More roles come here, and only here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May do everything.
    Administrator,
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
}

impl Role {
    /// The role's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "administrator" => Some(Self::Administrator),
            _ => None,
        }
    }

    /// Whether this role may do it.
    pub fn may(self, action: Action) -> bool {
        match (self, action) {
            (
                Self::Administrator,
                Action::EnrolProbe | Action::RevokeProbe | Action::ImportList,
            ) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_its_slug() {
        assert_eq!(
            Role::from_slug(Role::Administrator.slug()),
            Some(Role::Administrator)
        );
        assert_eq!(Role::from_slug("Administrator"), None);
    }
}
