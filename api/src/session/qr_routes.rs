//! `/qr-logins`

use std::time::Duration;

use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::Path,
    payload::{EventStream, Json},
};
use renzheng_types::qr_login::{QrAsker, QrConfirmation, QrLogin, QrState, QrStatus};
use uuid::Uuid;

use super::qr;
use crate::{
    app::App,
    http::{
        answer::{Created, Done},
        auth::SignedIn,
        caller::Caller,
        locale::Language,
        problem::Fault,
        tag::Tag,
    },
};

/// How often a stream looks for news; every node sees the same store.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// So that proxies do not take a quiet stream for a dead one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub struct QrLoginApi;

#[OpenApi(tag = "Tag::Sessions")]
impl QrLoginApi {
    /// Make a QR code to sign in with
    ///
    /// The browser draws `url` as a code, shows `number` and keeps `secret`. Permissions: anyone.
    #[oai(path = "/qr-logins", method = "post", operation_id = "create_qr_login")]
    async fn create_qr_login(
        &self,
        app: Data<&App>,
        caller: Caller,
    ) -> Result<Created<QrLogin>, Fault<qr::CreateRefusal>> {
        Ok(Created::of(qr::create(&app, &caller).await?))
    }

    /// Show how far a QR sign-in has got
    ///
    /// At most once a second; `/events` tells each change by itself. Permissions: anyone who knows the id; it tells
    /// nothing about anybody.
    #[oai(
        path = "/qr-logins/:id",
        method = "get",
        operation_id = "show_qr_login"
    )]
    async fn show_qr_login(
        &self,
        app: Data<&App>,
        id: Path<Uuid>,
    ) -> Result<Json<QrState>, Fault<qr::PollRefusal>> {
        Ok(Json(qr::poll(&app, id.0).await?))
    }

    /// Follow a QR sign-in
    ///
    /// Server-sent events, one for each change, until it is decided or has lapsed. Permissions: anyone who knows the
    /// id.
    #[oai(
        path = "/qr-logins/:id/events",
        method = "get",
        operation_id = "follow_qr_login"
    )]
    async fn follow_qr_login(
        &self,
        app: Data<&App>,
        id: Path<Uuid>,
    ) -> EventStream<BoxStream<'static, QrState>> {
        EventStream::new(changes((*app).clone(), id.0).boxed()).keep_alive(KEEP_ALIVE)
    }

    /// Tell that my phone scanned a QR code
    ///
    /// Answers what asks, and three numbers of which the browser shows one. Permissions: the signed-in person.
    #[oai(
        path = "/qr-logins/:id/scan",
        method = "post",
        operation_id = "scan_qr_login"
    )]
    async fn scan_qr_login(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
        id: Path<Uuid>,
    ) -> Result<Json<QrAsker>, Fault<qr::ScanRefusal>> {
        let session = signed_in.session();
        Ok(Json(qr::scan(&app, language.0, session, id.0).await?))
    }

    /// Let the browser in
    ///
    /// With the number that it shows; a wrong one ends the code. Permissions: the person whose phone scanned it.
    #[oai(
        path = "/qr-logins/:id/confirm",
        method = "post",
        operation_id = "confirm_qr_login"
    )]
    async fn confirm_qr_login(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
        body: Json<QrConfirmation>,
    ) -> Result<Done, Fault<qr::ConfirmRefusal>> {
        qr::confirm(&app, &caller, signed_in.session(), id.0, &body.0.number).await?;
        Ok(Done::Done)
    }

    /// Turn the browser away
    ///
    /// Permissions: the person whose phone scanned it.
    #[oai(
        path = "/qr-logins/:id/deny",
        method = "post",
        operation_id = "deny_qr_login"
    )]
    async fn deny_qr_login(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
    ) -> Result<Done, Fault<qr::DecideRefusal>> {
        qr::deny(&app, &caller, signed_in.session(), id.0).await?;
        Ok(Done::Done)
    }
}

/// Every change of a ticket, until the last. A store that is out of reach ends the stream; the browser asks again.
fn changes(app: App, id: Uuid) -> impl Stream<Item = QrState> + Send {
    stream::unfold((app, None), move |(app, last)| async move {
        if is_last(last) {
            return None;
        }
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            looks.tick().await;
            let state = qr::state(&app, id).await.ok()?;
            if last != Some(state.status) {
                return Some((state, (app, Some(state.status))));
            }
        }
    })
}

const fn is_last(status: Option<QrStatus>) -> bool {
    matches!(
        status,
        Some(QrStatus::Confirmed | QrStatus::Denied | QrStatus::Expired)
    )
}
