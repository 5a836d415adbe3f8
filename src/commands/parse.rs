//! Values as they are typed on the command line.

use crate::domain::{
    account::Role,
    area::{AreaLevel, CountryCode},
    infrastructure::{Generation, Kind},
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

pub(super) fn infrastructure_kind(text: &str) -> Result<Kind, String> {
    let known = Kind::ALL
        .map(|kind| kind.slug().replace('_', "-"))
        .join(", ");
    Kind::from_slug(text).ok_or_else(|| format!("wants one of {known}"))
}

pub(super) fn generation(text: &str) -> Result<Generation, String> {
    Generation::from_slug(text).ok_or_else(|| "wants 2G, 3G, 4G or 5G".into())
}

/// A text that says something.
pub(super) fn stated(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("wants a text".into());
    }
    Ok(text.to_owned())
}

pub(super) fn status(text: &str) -> Result<Status, String> {
    let known = Status::ALL.map(Status::slug).join(", ");
    Status::from_slug(text).ok_or_else(|| format!("wants one of {known}"))
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    let known = Role::ALL.map(Role::slug).join(" or ");
    Role::from_slug(text).ok_or_else(|| format!("wants {known}"))
}
