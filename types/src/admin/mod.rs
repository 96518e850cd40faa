//! What operators see and do.

mod account;
mod client;
mod condition;
mod statistics;
mod trail;

pub use account::{
    AccountKey, AccountSearch, AccountStatus, ActReason, AdminAccount, AdminAccountEntry,
    AdminAccountList, AdminAct, AdminAttempt,
};
pub use client::{
    Client, ClientAuth, ClientDetails, ClientEntry, ClientGrant, ClientKeys, ClientList,
    ClientRegistered, ClientSecret, NewClient, SignatureAlgorithm, SubjectKind,
};
pub use condition::{Condition, NodeCondition, ProviderCondition, ProviderState, QueueCondition};
pub use statistics::{Figure, FigureKind, Statistics};
pub use trail::{AuditCheck, AuditEvent, AuditEventList, NewAuditCheck};
