//! Staff rows, opened for showing.

use std::collections::HashMap;

use renzheng_types::{
    staff::{StaffEntry, StaffHall, StaffMember, StaffStatus},
    value::PersonName,
};
use uuid::Uuid;

use super::{place, role_of, store};
use crate::{app::App, email::address::Email, entity::staff::Model, hall::store as halls};

/// The name on a row.
pub fn name(app: &App, staff: &Model) -> anyhow::Result<String> {
    Ok(app
        .vault
        .open_text(place("name", staff.id), &staff.name_sealed)?
        .to_string())
}

/// The mail address on a row.
pub fn email(app: &App, staff: &Model) -> anyhow::Result<Option<Email>> {
    let Some(sealed) = staff.email_sealed.as_deref() else {
        return Ok(None);
    };
    let text = app.vault.open_text(place("email", staff.id), sealed)?;
    Ok(Email::parse(&text).ok())
}

/// Somebody as they see themself.
pub async fn member(app: &App, staff: &Model) -> anyhow::Result<StaffMember> {
    let left = store::count_recovery_codes(app, staff.id).await?;
    Ok(StaffMember {
        id: staff.id,
        login: staff.login.clone(),
        name: name(app, staff)?,
        role: role_of(staff)?,
        hall: hall(app, staff).await?,
        recovery_codes_left: u32::try_from(left)?,
    })
}

/// Somebody as operators see them.
pub async fn entry(app: &App, staff: &Model) -> anyhow::Result<StaffEntry> {
    let status = match (staff.disabled_at, staff.enrolled_at) {
        (Some(_), _) => StaffStatus::Disabled,
        (None, Some(_)) => StaffStatus::Active,
        (None, None) => StaffStatus::Invited,
    };
    Ok(StaffEntry {
        id: staff.id,
        login: staff.login.clone(),
        name: name(app, staff)?,
        role: role_of(staff)?,
        hall: hall(app, staff).await?,
        status,
        email: email(app, staff)?.map(|email| email.masked()),
        created_at: staff.created_at,
        enrolled_at: staff.enrolled_at,
    })
}

/// The names of several, as colleagues see them.
pub async fn names(app: &App, ids: Vec<Uuid>) -> anyhow::Result<HashMap<Uuid, String>> {
    let rows = store::of_ids(app, ids).await?;
    rows.iter()
        .map(|staff| Ok((staff.id, name(app, staff)?)))
        .collect()
}

/// Words that a password must not be built on.
pub fn personal_words(app: &App, staff: &Model) -> anyhow::Result<Vec<String>> {
    let mut words = vec![staff.login.clone()];
    let name = name(app, staff)?;
    words.extend(PersonName::parse(&name).map(|name| name.as_str().to_string()));
    Ok(words)
}

async fn hall(app: &App, staff: &Model) -> anyhow::Result<Option<StaffHall>> {
    let Some(id) = staff.hall_id else {
        return Ok(None);
    };
    let hall = halls::find(app, id).await?;
    Ok(hall.map(|hall| StaffHall {
        id: hall.id,
        name: hall.name,
    }))
}
