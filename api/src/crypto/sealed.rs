//! Every sealed column there is, so that all of them move to a new data key. `tests/contract/tree.rs` checks that no
//! column is forgotten.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A table with sealed columns.
pub struct SealedTable {
    pub name: &'static str,
    /// The primary key.
    pub key: &'static str,
    pub row: Row,
    pub columns: &'static [SealedColumn],
}

/// How the primary key names the row of a [`Place`](super::Place).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// By itself.
    Uuid,
    /// By [`row_of_text`].
    Text,
}

pub struct SealedColumn {
    /// In the database.
    pub name: &'static str,
    /// In the additional data.
    pub place: &'static str,
}

const fn column(name: &'static str, place: &'static str) -> SealedColumn {
    SealedColumn { name, place }
}

const fn table(
    name: &'static str,
    key: &'static str,
    columns: &'static [SealedColumn],
) -> SealedTable {
    SealedTable {
        name,
        key,
        row: Row::Uuid,
        columns,
    }
}

/// All of them. What rests in the ephemeral store lapses within a day and is not moved.
pub const TABLES: &[SealedTable] = &[
    table(
        "account",
        "id",
        &[
            column("phone_sealed", "phone"),
            column("name_sealed", "name"),
            column("id_number_sealed", "id_number"),
            column("email_sealed", "email"),
            column("foreign_hash_sealed", "foreign_hash"),
        ],
    ),
    table("address", "id", &[column("content_sealed", "content")]),
    table(
        "email_activation",
        "account_id",
        &[column("email_sealed", "email")],
    ),
    table("face_image", "id", &[column("image_sealed", "image")]),
    table("face_session", "id", &[column("claim_sealed", "claim")]),
    table("outbox", "id", &[column("message_sealed", "message")]),
    table(
        "passkey",
        "id",
        &[column("credential_sealed", "credential")],
    ),
    table(
        "staff",
        "id",
        &[
            column("name_sealed", "name"),
            column("email_sealed", "email"),
            column("totp_sealed", "totp"),
        ],
    ),
    table(
        "staff_passkey",
        "id",
        &[column("credential_sealed", "credential")],
    ),
    table("totp", "account_id", &[column("secret_sealed", "secret")]),
    table(
        "verification_attempt",
        "id",
        &[column("claim_sealed", "claim")],
    ),
    SealedTable {
        row: Row::Text,
        ..table(
            "oidc_webhook",
            "client_id",
            &[column("secrets_sealed", "secrets")],
        )
    },
    SealedTable {
        row: Row::Text,
        ..table("signing_key", "kid", &[column("private", "private")])
    },
];

/// The row of a [`Place`](super::Place) where rows are named by text: the first half of its hash.
pub fn row_of_text(key: &str) -> Uuid {
    let [row @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        <[u8; 32]>::from(Sha256::digest(key));
    Uuid::from_bytes(row)
}
