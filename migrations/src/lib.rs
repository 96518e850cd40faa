//! The schema, one migration per file, frozen once landed. Migrations never import entities.

mod m20261101_000001_data_key;
mod m20261101_000002_signing_key;
mod m20261101_000003_ephemeral;
mod m20261101_000004_account;
mod m20261101_000005_session;
mod m20261101_000006_verification_attempt;
mod m20261101_000007_outbox;
mod m20261101_000008_audit_event;
mod m20261115_000001_account_contact;
mod m20261115_000002_address;
mod m20261115_000003_email_activation;
mod m20261115_000004_totp;
mod m20261115_000005_recovery_code;
mod m20261115_000006_device;
mod m20261124_000020_verification_elements;
mod m20261125_000101_hall;
mod m20261125_000102_staff;
mod m20261125_000103_hall_case;
mod m20261125_000300_processing_consent;
mod m20261125_000301_face_session;
mod m20261125_000302_face_image;
mod m20261125_000400_signing_key_schedule;
mod m20261125_000401_oidc_client;
mod m20261125_000402_oidc_consent;
mod m20261125_000403_oidc_grant;
mod m20261125_000404_oidc_logout;
mod m20261125_000405_oidc_disclosure;
mod m20261125_000406_oidc_consent_subject;
mod m20261125_000407_oidc_webhook;
mod m20261125_000408_lapsed_attempt;
mod m20261125_000501_passkey;
mod m20261125_000701_derived_key;
mod m20261125_000702_purge_indexes;
mod m20261125_000801_daily_count;
mod m20261125_000802_audit_by_staff;
mod m20261125_000901_bulk_import;
mod m20261128_000301_face_page;
mod m20261128_001101_node;
mod m20261129_000101_lent_session;
mod m20261130_000110_staff_passkey;

pub use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_data_key::Migration),
            Box::new(m20261101_000002_signing_key::Migration),
            Box::new(m20261101_000003_ephemeral::Migration),
            Box::new(m20261101_000004_account::Migration),
            Box::new(m20261101_000005_session::Migration),
            Box::new(m20261101_000006_verification_attempt::Migration),
            Box::new(m20261101_000007_outbox::Migration),
            Box::new(m20261101_000008_audit_event::Migration),
            Box::new(m20261115_000001_account_contact::Migration),
            Box::new(m20261115_000002_address::Migration),
            Box::new(m20261115_000003_email_activation::Migration),
            Box::new(m20261115_000004_totp::Migration),
            Box::new(m20261115_000005_recovery_code::Migration),
            Box::new(m20261115_000006_device::Migration),
            Box::new(m20261124_000020_verification_elements::Migration),
            Box::new(m20261125_000701_derived_key::Migration),
            Box::new(m20261125_000702_purge_indexes::Migration),
            Box::new(m20261125_000501_passkey::Migration),
            Box::new(m20261125_000101_hall::Migration),
            Box::new(m20261125_000102_staff::Migration),
            Box::new(m20261125_000103_hall_case::Migration),
            Box::new(m20261125_000300_processing_consent::Migration),
            Box::new(m20261125_000301_face_session::Migration),
            Box::new(m20261125_000302_face_image::Migration),
            Box::new(m20261125_000400_signing_key_schedule::Migration),
            Box::new(m20261125_000401_oidc_client::Migration),
            Box::new(m20261125_000402_oidc_consent::Migration),
            Box::new(m20261125_000403_oidc_grant::Migration),
            Box::new(m20261125_000404_oidc_logout::Migration),
            Box::new(m20261125_000405_oidc_disclosure::Migration),
            Box::new(m20261125_000901_bulk_import::Migration),
            Box::new(m20261125_000801_daily_count::Migration),
            Box::new(m20261125_000802_audit_by_staff::Migration),
            Box::new(m20261125_000406_oidc_consent_subject::Migration),
            Box::new(m20261125_000407_oidc_webhook::Migration),
            Box::new(m20261125_000408_lapsed_attempt::Migration),
            Box::new(m20261128_000301_face_page::Migration),
            Box::new(m20261128_001101_node::Migration),
            Box::new(m20261129_000101_lent_session::Migration),
            Box::new(m20261130_000110_staff_passkey::Migration),
        ]
    }
}
