//! `/webhook-deliveries`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::integration::{DeliveryStatus, WebhookDelivery, WebhookDeliveryList};
use uuid::Uuid;

use super::log::{self, ListRefusal, RedeliverRefusal};
use crate::{
    app::App,
    http::{
        answer::Accepted,
        application_auth::{Application, Webhooks},
        problem::Fault,
        tag::Tag,
    },
};

pub struct WebhookApi;

#[OpenApi(tag = "Tag::Integration")]
impl WebhookApi {
    /// List what the application was told
    ///
    /// Of the last month, newest first, twenty at a time. Permissions: an application's own token with the scope
    /// `webhooks`.
    #[oai(
        path = "/webhook-deliveries",
        method = "get",
        operation_id = "list_webhook_deliveries"
    )]
    async fn list_webhook_deliveries(
        &self,
        app: Data<&App>,
        application: Application<Webhooks>,
        /// Only these.
        status: Query<Option<DeliveryStatus>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> Result<Json<WebhookDeliveryList>, Fault<ListRefusal>> {
        let cursor = cursor.0.as_deref();
        Ok(Json(
            log::list(&app, &application.client, status.0, cursor).await?,
        ))
    }

    /// Have something sent again
    ///
    /// With the same `webhook-id`, so that who has it already knows it again. Permissions: an application's own token with
    /// the scope `webhooks`.
    #[oai(
        path = "/webhook-deliveries/:id/redeliver",
        method = "post",
        operation_id = "redeliver_webhook"
    )]
    async fn redeliver_webhook(
        &self,
        app: Data<&App>,
        application: Application<Webhooks>,
        id: Path<Uuid>,
    ) -> Result<Accepted<WebhookDelivery>, Fault<RedeliverRefusal>> {
        Ok(Accepted::of(
            log::redeliver(&app, &application.client, id.0).await?,
        ))
    }
}
