//! `/admin/clients`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::{
    admin::{Client, ClientDetails, ClientList, ClientRegistered, ClientSecret, NewClient},
    integration::{DeliveryStatus, WebhookDelivery, WebhookDeliveryList},
};
use uuid::Uuid;

use super::{manage, webhook::admin as webhook};
use crate::{
    app::App,
    http::{
        answer::{Accepted, Created},
        auth::Never,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Operators},
        tag::Tag,
    },
    staff::manage::Doer,
};

pub struct AdminClientApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminClientApi {
    /// List client applications
    ///
    /// All that were ever registered. Permissions: operators.
    #[oai(path = "/admin/clients", method = "get", operation_id = "list_clients")]
    async fn list_clients(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
    ) -> Result<Json<ClientList>, Fault<Never>> {
        Ok(Json(manage::list(&app).await?))
    }

    /// Register a client application
    ///
    /// Secrets are shown this once. Permissions: operators.
    #[oai(
        path = "/admin/clients",
        method = "post",
        operation_id = "create_client"
    )]
    async fn create_client(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        body: Json<NewClient>,
    ) -> Result<Created<ClientRegistered>, Fault<manage::AddRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let registered = manage::add(&app, &caller, doer, body.0).await?;
        Ok(Created::of(registered))
    }

    /// Show a client application
    ///
    /// Permissions: operators.
    #[oai(
        path = "/admin/clients/:id",
        method = "get",
        operation_id = "show_client"
    )]
    async fn show_client(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        id: Path<String>,
    ) -> Result<Json<Client>, Fault<manage::FindRefusal>> {
        Ok(Json(manage::show(&app, &id.0).await?))
    }

    /// Change a client application
    ///
    /// Replaces all its details. How it shows who it is and what identifiers it is given cannot be changed. A webhook that
    /// it did not have before comes with a secret, shown this once.
    /// Permissions: operators.
    #[oai(
        path = "/admin/clients/:id",
        method = "put",
        operation_id = "replace_client"
    )]
    async fn replace_client(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<String>,
        body: Json<ClientDetails>,
    ) -> Result<Json<Client>, Fault<manage::ChangeRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let client = manage::change(&app, &caller, doer, &id.0, body.0).await?;
        Ok(Json(client))
    }

    /// Give a client application another secret
    ///
    /// Shown this once; the one before is taken for another day. Permissions: operators.
    #[oai(
        path = "/admin/clients/:id/secret",
        method = "post",
        operation_id = "renew_client_secret"
    )]
    async fn renew_client_secret(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<String>,
    ) -> Result<Created<ClientSecret>, Fault<manage::SecretRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let secret = manage::renew_secret(&app, &caller, doer, &id.0).await?;
        Ok(Created::of(secret))
    }

    /// Give a client application's webhook another secret
    ///
    /// Shown this once; for another day what is sent is signed with the one before, too. Permissions: operators.
    #[oai(
        path = "/admin/clients/:id/webhook-secret",
        method = "post",
        operation_id = "renew_client_webhook_secret"
    )]
    async fn renew_client_webhook_secret(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<String>,
    ) -> Result<Created<ClientSecret>, Fault<webhook::SecretRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let secret = webhook::renew_secret(&app, &caller, doer, &id.0).await?;
        Ok(Created::of(secret))
    }

    /// List what a client application was told by webhook
    ///
    /// Of the last month, newest first, twenty at a time. Permissions: operators.
    #[oai(
        path = "/admin/clients/:id/webhook-deliveries",
        method = "get",
        operation_id = "list_client_webhook_deliveries"
    )]
    async fn list_client_webhook_deliveries(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        id: Path<String>,
        /// Only these.
        status: Query<Option<DeliveryStatus>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> Result<Json<WebhookDeliveryList>, Fault<webhook::ListRefusal>> {
        let cursor = cursor.0.as_deref();
        Ok(Json(
            webhook::deliveries(&app, &id.0, status.0, cursor).await?,
        ))
    }

    /// Have something sent to a client application again
    ///
    /// With the same `webhook-id`, so that who has it already knows it again. Permissions: operators.
    #[oai(
        path = "/admin/clients/:id/webhook-deliveries/:delivery_id/redeliver",
        method = "post",
        operation_id = "redeliver_client_webhook"
    )]
    async fn redeliver_client_webhook(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<String>,
        delivery_id: Path<Uuid>,
    ) -> Result<Accepted<WebhookDelivery>, Fault<webhook::RedeliverRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let again = webhook::redeliver(&app, &caller, doer, Some(&id.0), delivery_id.0).await?;
        Ok(Accepted::of(again.1))
    }

    /// Shut a client application out
    ///
    /// At once: its tokens, its requests, people's way to it. Permissions: operators.
    #[oai(
        path = "/admin/clients/:id/disable",
        method = "post",
        operation_id = "disable_client"
    )]
    async fn disable_client(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<String>,
    ) -> Result<Json<Client>, Fault<manage::FindRefusal>> {
        let doer = Doer::Operator(&operator.member);
        Ok(Json(
            manage::switch(&app, &caller, doer, &id.0, false).await?,
        ))
    }

    /// Let a client application work again
    ///
    /// What people let it do before still holds. Permissions: operators.
    #[oai(
        path = "/admin/clients/:id/enable",
        method = "post",
        operation_id = "enable_client"
    )]
    async fn enable_client(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<String>,
    ) -> Result<Json<Client>, Fault<manage::FindRefusal>> {
        let doer = Doer::Operator(&operator.member);
        Ok(Json(
            manage::switch(&app, &caller, doer, &id.0, true).await?,
        ))
    }
}
