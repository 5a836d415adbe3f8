//! From what answered to a state with a cause. Only what is sure is said: the nearest rung that is
//! silent names the cause.

use schoolbeat_wire::{PresenceDetail, PresenceState};

/// What one look at the ladder found. A rung that was not asked is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rungs {
    /// Whether the server's name has an address; true where it is one.
    pub has_address: bool,
    /// Whether the server's address takes connections.
    pub server: bool,
    /// What the server, or what stands in its place, said when it was asked who it is.
    pub server_is_ours: Option<Result<(), PresenceDetail>>,
    /// Whether the gateway answers; false where there is none.
    pub gateway: Option<bool>,
    /// Whether the other target answers; `None` also where the policy names none.
    pub other: Option<bool>,
}

/// A state and what is known of it besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Look {
    /// The state.
    pub state: PresenceState,
    /// What is known besides.
    pub detail: Option<PresenceDetail>,
}

impl Look {
    /// The server answers, and it is ours.
    pub const ONLINE: Self = Self {
        state: PresenceState::Online,
        detail: None,
    };

    fn of(state: PresenceState, detail: Option<PresenceDetail>) -> Self {
        Self { state, detail }
    }
}

/// What the rungs mean.
pub fn judge(rungs: &Rungs) -> Look {
    use PresenceState::{IspDown, LanDown, ServiceDown};
    if rungs.server {
        return match rungs.server_is_ours {
            None | Some(Ok(())) if rungs.has_address => Look::ONLINE,
            // Reached by an address of before: whoever types a name finds nothing.
            None | Some(Ok(())) => Look::of(IspDown, Some(PresenceDetail::NoNames)),
            Some(Err(PresenceDetail::CaptivePortal)) => {
                Look::of(IspDown, Some(PresenceDetail::CaptivePortal))
            }
            Some(Err(detail)) => Look::of(ServiceDown, Some(detail)),
        };
    }
    let names = (!rungs.has_address).then_some(PresenceDetail::NoNames);
    match (rungs.other, rungs.gateway) {
        (Some(true), _) if rungs.has_address => Look::of(ServiceDown, None),
        (Some(true), _) => Look::of(IspDown, names),
        (_, Some(false)) => Look::of(LanDown, None),
        _ => Look::of(IspDown, names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REACHED: Rungs = Rungs {
        has_address: true,
        server: true,
        server_is_ours: None,
        gateway: None,
        other: None,
    };

    #[test]
    fn the_nearest_silent_rung_is_the_cause() {
        use PresenceState::{IspDown, LanDown, Online, ServiceDown};
        let silent = Rungs {
            server: false,
            ..REACHED
        };
        for (rungs, state, detail) in [
            (REACHED, Online, None),
            (silent, IspDown, None),
            (
                Rungs {
                    gateway: Some(true),
                    other: Some(false),
                    ..silent
                },
                IspDown,
                None,
            ),
            (
                Rungs {
                    gateway: Some(false),
                    other: Some(false),
                    ..silent
                },
                LanDown,
                None,
            ),
            // A gateway that answers nothing, and lets everything through.
            (
                Rungs {
                    gateway: Some(false),
                    other: Some(true),
                    ..silent
                },
                ServiceDown,
                None,
            ),
            (
                Rungs {
                    gateway: Some(true),
                    other: Some(true),
                    ..silent
                },
                ServiceDown,
                None,
            ),
            (
                Rungs {
                    gateway: Some(true),
                    ..silent
                },
                IspDown,
                None,
            ),
        ] {
            assert_eq!(judge(&rungs), Look { state, detail }, "{rungs:?}");
        }
    }

    #[test]
    fn who_answers_in_the_servers_place_is_told_apart() {
        use PresenceDetail::{CaptivePortal, NoNames, ServerError, Tls};
        use PresenceState::{IspDown, Online, ServiceDown};
        let said = |said| {
            judge(&Rungs {
                server_is_ours: Some(said),
                ..REACHED
            })
        };
        assert_eq!(said(Ok(())).state, Online);
        for (detail, state) in [
            (CaptivePortal, IspDown),
            (Tls, ServiceDown),
            (ServerError, ServiceDown),
        ] {
            assert_eq!(
                said(Err(detail)),
                Look {
                    state,
                    detail: Some(detail)
                }
            );
        }
        let nameless = Rungs {
            has_address: false,
            ..REACHED
        };
        let no_names = Look {
            state: IspDown,
            detail: Some(NoNames),
        };
        assert_eq!(judge(&nameless), no_names);
        let silent = Rungs {
            server: false,
            other: Some(true),
            gateway: Some(true),
            ..nameless
        };
        assert_eq!(judge(&silent), no_names);
    }
}
