//! `/sessions`

mod lifetime;
mod sign_in;

use serde_json::Value;

fn token(session: &Value) -> String {
    session["access_token"]
        .as_str()
        .expect("a token")
        .to_string()
}
