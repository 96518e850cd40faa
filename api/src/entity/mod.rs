//! sea-orm models, one per table, without rules.

pub mod account;
pub mod address;
pub mod audit_event;
pub mod counter;
pub mod data_key;
pub mod derived_key;
pub mod device;
pub mod email_activation;
pub mod ephemeral;
pub mod face_image;
pub mod face_session;
pub mod hall;
pub mod hall_case;
pub mod outbox;
pub mod passkey;
pub mod processing_consent;
pub mod recovery_code;
pub mod session;
pub mod signing_key;
pub mod staff;
pub mod staff_recovery_code;
pub mod staff_session;
pub mod totp;
pub mod verification_attempt;
