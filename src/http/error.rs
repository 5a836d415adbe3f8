//! What a request is answered when it fails: a stable code, a sentence, the request's id.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use schoolbeat_wire::{ErrorBody, ErrorDetail};

use super::request_log;
use crate::store::{StoreError, merges::MergeRefusal};

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum ApiError {
    /// There is no such thing.
    NotFound {
        /// `school`, `area`, …
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// The request says something that cannot be.
    Invalid {
        /// Stable slug.
        code: &'static str,
        /// The field at fault.
        field: Option<String>,
        /// What it must be.
        message: String,
    },
    /// Nobody is logged in, or the secret is unknown.
    Unauthenticated {
        /// Stable slug.
        code: &'static str,
        /// What to do.
        message: String,
    },
    /// Somebody is, but may not.
    Forbidden {
        /// Stable slug.
        code: &'static str,
        /// Why.
        message: String,
    },
    /// It is another school now: ask there. Not for ever, since a merge can be taken back.
    Merged {
        /// The same address with the survivor's id.
        location: String,
        /// The survivor's id.
        into: String,
    },
    /// It cannot be done as things are now.
    Conflict {
        /// Stable slug.
        code: &'static str,
        /// Why, and what to do.
        message: String,
    },
    /// It was there, and is spent.
    Gone {
        /// Stable slug.
        code: &'static str,
        /// Since when, and what to do.
        message: String,
    },
    /// The body is larger than it may be.
    TooLarge {
        /// The limit, in words.
        message: String,
    },
    /// The body is of a kind that is not read here.
    UnsupportedMediaType {
        /// What is read.
        message: String,
    },
    /// Too many attempts.
    TooManyAttempts {
        /// When to come back.
        retry_after_s: u64,
    },
    /// All places are taken.
    Busy {
        /// What is busy.
        message: &'static str,
        /// When to come back.
        retry_after_s: u64,
    },
    /// The database is away or slow.
    Unavailable(StoreError),
    /// Our own fault.
    Internal(String),
}

impl ApiError {
    /// There is no such thing.
    pub fn not_found(what: &'static str, id: impl fmt::Display) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    /// A field says something that cannot be.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        let field = Some(field.to_owned());
        Self::Invalid {
            code: "invalid_parameter",
            field,
            message: message.into(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Invalid { code, .. }
            | Self::Unauthenticated { code, .. }
            | Self::Forbidden { code, .. }
            | Self::Conflict { code, .. }
            | Self::Gone { code, .. } => code,
            Self::Merged { .. } => "school_merged",
            Self::TooLarge { .. } => "too_large",
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::Busy { .. } => "busy",
            Self::Unavailable(_) => "database_unavailable",
            Self::Internal(_) => "internal",
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after_s } | Self::Busy { retry_after_s, .. } => {
                Some(*retry_after_s)
            }
            Self::Unavailable(_) => Some(5),
            Self::NotFound { .. }
            | Self::Invalid { .. }
            | Self::Unauthenticated { .. }
            | Self::Forbidden { .. }
            | Self::Merged { .. }
            | Self::Conflict { .. }
            | Self::Gone { .. }
            | Self::TooLarge { .. }
            | Self::UnsupportedMediaType { .. }
            | Self::Internal(_) => None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { what, id } => write!(f, "there is no {what} {id:?}"),
            Self::Merged { into, .. } => write!(f, "this school was merged into {into}"),
            Self::Invalid { message, .. }
            | Self::Unauthenticated { message, .. }
            | Self::Forbidden { message, .. }
            | Self::Conflict { message, .. }
            | Self::Gone { message, .. }
            | Self::TooLarge { message }
            | Self::UnsupportedMediaType { message } => f.write_str(message),
            Self::TooManyAttempts { retry_after_s } => {
                write!(
                    f,
                    "too many failed attempts: try again in {retry_after_s} s"
                )
            }
            Self::Busy {
                message,
                retry_after_s,
            } => {
                write!(f, "{message}: try again in {retry_after_s} s")
            }
            Self::Unavailable(_) => f.write_str("the database is away: try again in a few seconds"),
            Self::Internal(_) => f.write_str("something broke on our side; the log says what"),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Merged { .. } => StatusCode::PERMANENT_REDIRECT,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Gone { .. } => StatusCode::GONE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy { .. } | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let request_id = request_log::current_id();
        match self {
            Self::Unavailable(error) => tracing::warn!(request_id, %error, "database unavailable"),
            Self::Internal(error) => tracing::error!(request_id, error, "request failed"),
            _ => {}
        }
        let field = match self {
            Self::Invalid { field, .. } => field.clone(),
            _ => None,
        };
        let (code, message) = (self.code().to_owned(), self.to_string());
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.retry_after_s() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Self::Merged { location, .. } = self {
            response.insert_header((header::LOCATION, location.as_str()));
        }
        response
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(ErrorBody {
                error: ErrorDetail {
                    code,
                    message,
                    field,
                    request_id,
                },
            })
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } | StoreError::TimedOut { .. } => {
                Self::Unavailable(error)
            }
            StoreError::Query { .. } | StoreError::Unexpected { .. } => {
                Self::Internal(error.to_string())
            }
        }
    }
}

/// Why schools are not merged, or not unmerged.
impl From<MergeRefusal> for ApiError {
    fn from(refusal: MergeRefusal) -> Self {
        let (code, message) = match refusal {
            MergeRefusal::NoSchool(id) => return Self::not_found("school", id),
            MergeRefusal::Busy => return country_busy(),
            MergeRefusal::Itself => {
                return Self::field("into", "a school cannot be merged into itself");
            }
            refusal => (refusal.code(), refusal.to_string()),
        };
        Self::Conflict { code, message }
    }
}

/// Something else is changing the country's schools.
pub(super) fn country_busy() -> ApiError {
    ApiError::Busy {
        message: "an import or another merge of this country is running",
        retry_after_s: 5,
    }
}

/// Wrong JSON answers in the same shape as every other mistake.
pub(super) fn json(error: &actix_web::error::JsonPayloadError) -> ApiError {
    use actix_web::error::JsonPayloadError as E;
    match error {
        E::Overflow { .. } | E::OverflowKnownLength { .. } => ApiError::TooLarge {
            message: "the body is larger than 16 KiB".into(),
        },
        E::ContentType => ApiError::UnsupportedMediaType {
            message: "the body must be JSON, with Content-Type: application/json".into(),
        },
        other => ApiError::Invalid {
            code: "malformed_json",
            field: None,
            message: format!("the body is not the JSON that is wanted: {other}"),
        },
    }
}

/// A path or a query that does not parse.
pub(super) fn parameter(error: &impl fmt::Display) -> ApiError {
    ApiError::Invalid {
        code: "invalid_parameter",
        field: None,
        message: error.to_string(),
    }
}
