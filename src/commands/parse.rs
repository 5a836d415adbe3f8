//! Values as they are typed on the command line.

use crate::domain::{
    account::Role,
    area::{AreaLevel, CountryCode},
    status::Status,
};

pub(super) fn country(text: &str) -> Result<CountryCode, String> {
    CountryCode::new(text).ok_or_else(|| "wants three letters, such as KEN".into())
}

pub(super) fn level(text: &str) -> Result<AreaLevel, String> {
    text.parse()
        .ok()
        .and_then(AreaLevel::new)
        .ok_or_else(|| "wants a level from 0 to 4".into())
}

pub(super) fn status(text: &str) -> Result<Status, String> {
    let known = Status::ALL.map(Status::slug).join(", ");
    Status::from_slug(text).ok_or_else(|| format!("wants one of {known}"))
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    let known = Role::ALL.map(Role::slug).join(" or ");
    Role::from_slug(text).ok_or_else(|| format!("wants {known}"))
}
