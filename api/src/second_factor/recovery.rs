//! Recovery codes: ten, 74 bits each, each good once (NIST SP 800-63B-4, 4.2.1).

use rand::RngExt;
use renzheng_types::second_factor::RecoveryCodes;
use uuid::Uuid;

use super::store;
use crate::{
    account::notice::{self, Notice},
    app::App,
    database::ConnectionTrait,
    entity::{account, recovery_code::Model},
};

const CODES: usize = 10;
const GROUPS: usize = 3;
const GROUP: usize = 5;
/// Characters that are not mistaken for each other.
const ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// New codes in the place of the old ones.
pub async fn renew<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
) -> anyhow::Result<RecoveryCodes> {
    remove(connection, account_id).await?;
    let codes = random_codes();
    let rows = codes
        .iter()
        .map(|code| Model {
            id: app.clock.new_id(),
            account_id,
            digest: digest(app, account_id, code),
        })
        .collect();
    store::insert_recovery_codes(connection, rows).await?;
    Ok(RecoveryCodes { codes })
}

pub async fn remove<C: ConnectionTrait>(connection: &C, account_id: Uuid) -> anyhow::Result<()> {
    Ok(store::remove_recovery_codes(connection, account_id).await?)
}

/// Uses a code up, which the person is told; `false` when it is none, or was used.
pub async fn spend(app: &App, account: &account::Model, code: &str) -> anyhow::Result<bool> {
    let digest = digest(app, account.id, code);
    let transaction = app.database.begin().await?;
    if !store::take_recovery_code(&transaction, account.id, digest).await? {
        transaction.rollback().await?;
        return Ok(false);
    }
    notice::tell(app, &transaction, account, &Notice::RecoveryCodeUsed).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    Ok(true)
}

/// How many are left.
pub async fn left(app: &App, account_id: Uuid) -> anyhow::Result<u32> {
    let left = store::count_recovery_codes(app, account_id).await?;
    Ok(u32::try_from(left)?)
}

/// As many as somebody gets.
pub fn random_codes() -> Vec<String> {
    std::iter::repeat_with(random).take(CODES).collect()
}

fn random() -> String {
    let mut random = rand::rng();
    let mut code = String::with_capacity(GROUPS * (GROUP + 1));
    for group in 0..GROUPS {
        if group > 0 {
            code.push('-');
        }
        for _ in 0..GROUP {
            code.push(char::from(ALPHABET[random.random_range(0..ALPHABET.len())]));
        }
    }
    code
}

/// Codes rest as keyed digests, over their letters alone.
pub fn digest(app: &App, account_id: Uuid, code: &str) -> Vec<u8> {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    app.vault
        .mac("recovery-code", &[account_id.as_bytes(), code.as_bytes()])
        .to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    // A24
    #[test]
    fn codes_differ_and_are_readable() {
        let codes: BTreeSet<String> = std::iter::repeat_with(random).take(1000).collect();
        assert_eq!(codes.len(), 1000);
        for code in codes {
            assert_eq!(code.len(), 17, "{code}");
            assert!(!code.contains(['0', '1', 'i', 'l', 'o']), "{code}");
        }
    }
}
