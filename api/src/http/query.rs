//! What a query may hold: no word that anybody looks for has NUL, and PostgreSQL takes it in no text.

use poem::Request;

use super::problem::Draft;

pub fn check(request: &Request) -> Result<(), Draft> {
    let query = request.original_uri().query();
    if query.is_some_and(|query| query.contains("%00")) {
        return Err(Draft::of("malformed-request"));
    }
    Ok(())
}
