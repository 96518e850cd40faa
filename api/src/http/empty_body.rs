//! A request without a body needs no content type: it is taken for an empty JSON body, so that operations whose body is
//! optional can be called with none.

use poem::{
    Request,
    http::{HeaderValue, header},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub fn as_json(request: &mut Request) {
    let bare = request.content_type().is_none()
        && request
            .header(header::CONTENT_LENGTH)
            .is_none_or(|length| length == "0")
        && request.header(header::TRANSFER_ENCODING).is_none();
    if bare {
        request.headers_mut().insert(header::CONTENT_TYPE, JSON);
    }
}
