//! Calls about mailing addresses.

use gloo_net::http::Method;
use renzheng_types::address::{Address, AddressList, NewAddress, RegionList};
use uuid::Uuid;

use super::{Api, Failure, send};

impl Api {
    /// The divisions in `parent`; the provinces without one.
    pub async fn regions(self, parent: Option<&str>) -> Result<RegionList, Failure> {
        match parent {
            // Six digits are a valid query value.
            Some(parent) => self.get(&format!("/regions?parent={parent}")).await,
            None => self.get("/regions").await,
        }
    }

    pub async fn addresses(self) -> Result<AddressList, Failure> {
        self.get("/me/addresses").await
    }

    /// Writes a new address, or another one in the place of `id`.
    pub async fn save_address(
        self,
        id: Option<Uuid>,
        address: &NewAddress,
    ) -> Result<Address, Failure> {
        match id {
            Some(id) => {
                let path = format!("/me/addresses/{id}");
                self.send_json(Method::PUT, &path, address).await
            }
            None => self.post("/me/addresses", address).await,
        }
    }

    pub async fn delete_address(self, id: Uuid) -> Result<(), Failure> {
        let path = format!("/me/addresses/{id}");
        send(self.request(Method::DELETE, &path).build())
            .await
            .map(drop)
    }
}
