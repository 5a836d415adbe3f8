//! What a check of a platform's page must satisfy to be kept. Numbers out of range are refused; a check
//! that claims an answer without its time proves nothing, and is kept as invalid.

use schoolbeat_wire as wire;

use super::check::{Checked, MAX_MS, count, failure, number, out_of_range, text};
use crate::domain::{measurement::InvalidReason, page::PageCheck, record::Origin};

/// A page check, valid or not.
pub(super) fn page_check(mut origin: Origin, check: &wire::PageCheck) -> Checked<PageCheck> {
    let failure = failure(check.outcome, check.failed_stage, check.failure.as_deref())?;
    if !check.url.starts_with("https://") {
        return Err(out_of_range(
            "url",
            text(&check.url),
            "a URL that begins with https://",
        ));
    }
    let answered = check.http_ms.is_some() && check.http_status.is_some();
    if origin.invalid.is_none() && failure.is_none() && !answered {
        origin.invalid = Some(InvalidReason::Incomplete);
    }
    Ok(PageCheck {
        origin,
        failure,
        url: text(&check.url),
        dns_ms: number("dns_ms", check.dns_ms, MAX_MS)?,
        connect_ms: number("connect_ms", check.connect_ms, MAX_MS)?,
        tls_ms: number("tls_ms", check.tls_ms, MAX_MS)?,
        http_ms: number("http_ms", check.http_ms, MAX_MS)?,
        http_status: http_status(check.http_status)?,
        ip_version: match check.ip_version {
            None => None,
            Some(4) => Some(4),
            Some(6) => Some(6),
            Some(other) => return Err(out_of_range("ip_version", other, "4 or 6")),
        },
        bytes_down: count("bytes_down", check.bytes_down)?,
    })
}

/// RFC 9110, section 15: three digits.
fn http_status(status: Option<u16>) -> Checked<Option<i16>> {
    let Some(status) = status else {
        return Ok(None);
    };
    i16::try_from(status)
        .ok()
        .filter(|status| (100..=999).contains(status))
        .map(Some)
        .ok_or_else(|| out_of_range("http_status", status, "from 100 to 999"))
}
