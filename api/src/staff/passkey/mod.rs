//! Passkeys of staff: in the place of a code, beside the password and never by themselves. They rest apart from those of
//! citizens, under handles of another form: neither signs the other in.

pub mod enrol;
pub mod routes;
pub mod store;

use renzheng_types::passkey::{Passkey, PasskeyAssertion, PasskeyList};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::Place,
    database::ConnectionTrait,
    entity::staff_passkey::Model,
    second_factor::passkey::{ceremony, open, seal},
};

/// Begins every handle of theirs. That of a citizen is the account's id alone.
const HANDLE: &[u8] = b"staff:";

/// A right signature, and whose it is.
pub struct Signed {
    pub staff_id: Uuid,
    passkey_id: Uuid,
    /// The passkey as it is to be kept.
    sealed: Vec<u8>,
}

/// Who signed. The challenge is used up, whatever comes of it.
pub async fn verify(app: &App, assertion: &PasskeyAssertion) -> anyhow::Result<Option<Signed>> {
    let Some(answer) = ceremony::take(app, assertion).await? else {
        return Ok(None);
    };
    let Some(row) = store::find_by_credential(app, answer.credential_digest()).await? else {
        return Ok(None);
    };
    let passkey = open(app, place(row.id), &row.credential_sealed)?;
    let Some(passkey) = answer.check(app, passkey, &handle(row.staff_id)) else {
        return Ok(None);
    };
    Ok(Some(Signed {
        staff_id: row.staff_id,
        passkey_id: row.id,
        sealed: seal(app, place(row.id), &passkey)?,
    }))
}

/// Notes that it was used; `false` when it was removed meanwhile.
pub async fn note_use<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    signed: &Signed,
) -> anyhow::Result<bool> {
    let (id, sealed) = (signed.passkey_id, signed.sealed.clone());
    Ok(store::note_use(connection, id, sealed, app.clock.now()).await?)
}

/// Somebody's own, oldest first.
pub async fn list(app: &App, staff_id: Uuid) -> anyhow::Result<PasskeyList> {
    let rows = store::of_staff(app.database.read(), staff_id).await?;
    Ok(PasskeyList {
        items: rows.into_iter().map(view).collect(),
    })
}

fn view(row: Model) -> Passkey {
    Passkey {
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    }
}

fn handle(staff_id: Uuid) -> Vec<u8> {
    [HANDLE, staff_id.as_bytes()].concat()
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "staff_passkey",
        column: "credential",
        row: id,
    }
}
