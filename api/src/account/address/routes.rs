//! `/me/addresses`, `/regions`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::address::{Address, AddressList, NewAddress, RegionList};
use uuid::Uuid;

use crate::{
    account::{address, region},
    app::App,
    http::{
        answer::{Created, Done},
        auth::{Never, SignedIn},
        caller::Caller,
        problem::Fault,
        tag::Tag,
    },
};

pub struct AddressApi;

#[OpenApi(tag = "Tag::Account")]
impl AddressApi {
    /// List administrative divisions
    ///
    /// The parts of `parent`, or the provinces (GB/T 2260, as of 2023-06-30). Permissions: anyone.
    #[oai(path = "/regions", method = "get", operation_id = "list_regions")]
    async fn list_regions(
        &self,
        /// Six digits of a province or a city.
        parent: Query<Option<String>>,
    ) -> Result<Json<RegionList>, Fault<Never>> {
        Ok(Json(region::list(parent.0.as_deref())))
    }

    /// List my mailing addresses
    ///
    /// The default first. Permissions: the signed-in person.
    #[oai(
        path = "/me/addresses",
        method = "get",
        operation_id = "list_my_addresses"
    )]
    async fn list_my_addresses(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
    ) -> Result<Json<AddressList>, Fault<Never>> {
        let id = signed_in.session().account_id;
        Ok(Json(address::list(&app, id).await?))
    }

    /// Add a mailing address
    ///
    /// At most twenty; the first is the default. Permissions: the signed-in person.
    #[oai(
        path = "/me/addresses",
        method = "post",
        operation_id = "create_my_address"
    )]
    async fn create_my_address(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        body: Json<NewAddress>,
    ) -> Result<Created<Address>, Fault<address::AddRefusal>> {
        let id = signed_in.session().account_id;
        Ok(Created::of(address::add(&app, &caller, id, body.0).await?))
    }

    /// Change a mailing address
    ///
    /// Replaces it whole. The default stays one until another is made it. Permissions: the signed-in person whose
    /// address it is.
    #[oai(
        path = "/me/addresses/:id",
        method = "put",
        operation_id = "replace_my_address"
    )]
    async fn replace_my_address(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
        body: Json<NewAddress>,
    ) -> Result<Json<Address>, Fault<address::ChangeRefusal>> {
        let account_id = signed_in.session().account_id;
        Ok(Json(
            address::change(&app, &caller, account_id, id.0, body.0).await?,
        ))
    }

    /// Delete a mailing address
    ///
    /// Permissions: the signed-in person whose address it is.
    #[oai(
        path = "/me/addresses/:id",
        method = "delete",
        operation_id = "delete_my_address"
    )]
    async fn delete_my_address(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
    ) -> Result<Done, Fault<address::RemoveRefusal>> {
        let account_id = signed_in.session().account_id;
        address::remove(&app, &caller, account_id, id.0).await?;
        Ok(Done::Done)
    }
}
