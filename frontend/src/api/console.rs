//! Calls of operators, and of staff about themselves.

use gloo_net::http::Method;
use renzheng_types::{
    admin::{
        AccountSearch, AdminAccount, AdminAccountList, AdminAct, AuditCheck, AuditEventList,
        Client, ClientDetails, ClientList, ClientRegistered, ClientSecret, Condition,
        NewAuditCheck, NewClient, Statistics,
    },
    hall::{Hall, HallChange, HallList, NewHall},
    integration::{WebhookDelivery, WebhookDeliveryList},
    second_factor::RecoveryCodes,
    staff::{NewStaff, StaffDuty, StaffEntry, StaffList, StaffPasswordChange, StaffProof},
};
use uuid::Uuid;
use web_sys::UrlSearchParams;

use super::{Api, BASE, Failure, send, with_body};

/// A query of what is given.
pub fn query(fields: &[(&str, &str)]) -> String {
    let Ok(query) = UrlSearchParams::new() else {
        return String::new();
    };
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append(name, value);
    }
    String::from(query.to_string())
}

impl Api {
    pub async fn search_accounts(
        self,
        search: &AccountSearch,
    ) -> Result<AdminAccountList, Failure> {
        self.post("/admin/accounts/search", search).await
    }

    pub async fn admin_account(self, id: Uuid) -> Result<AdminAccount, Failure> {
        self.get(&format!("/admin/accounts/{id}")).await
    }

    pub async fn lock_account(
        self,
        id: Uuid,
        locked: bool,
        act: &AdminAct,
    ) -> Result<AdminAccount, Failure> {
        let verb = if locked { "lock" } else { "unlock" };
        self.post(&format!("/admin/accounts/{id}/{verb}"), act)
            .await
    }

    pub async fn end_account_sessions(self, id: Uuid, act: &AdminAct) -> Result<(), Failure> {
        let case_number = act.case_number.as_deref().unwrap_or_default();
        let query = query(&[("reason", act.reason.into()), ("case_number", case_number)]);
        let path = format!("/admin/accounts/{id}/sessions?{query}");
        let request = self.request(Method::DELETE, &path).build();
        send(request).await.map(drop)
    }

    pub async fn list_halls(self) -> Result<HallList, Failure> {
        self.get("/admin/halls").await
    }

    pub async fn add_hall(self, hall: &NewHall) -> Result<Hall, Failure> {
        self.post("/admin/halls", hall).await
    }

    pub async fn change_hall(self, id: Uuid, change: &HallChange) -> Result<Hall, Failure> {
        let path = format!("/admin/halls/{id}");
        self.send_json(Method::PUT, &path, change).await
    }

    pub async fn list_staff(self, cursor: Option<String>) -> Result<StaffList, Failure> {
        let query = query(&[("cursor", &cursor.unwrap_or_default())]);
        self.get(&format!("/admin/staff?{query}")).await
    }

    pub async fn admin_staff(self, id: Uuid) -> Result<StaffEntry, Failure> {
        self.get(&format!("/admin/staff/{id}")).await
    }

    pub async fn add_staff(self, new: &NewStaff) -> Result<StaffEntry, Failure> {
        self.post("/admin/staff", new).await
    }

    pub async fn change_duty(self, id: Uuid, duty: &StaffDuty) -> Result<StaffEntry, Failure> {
        let path = format!("/admin/staff/{id}/duty");
        self.send_json(Method::PUT, &path, duty).await
    }

    /// `disable`, `enable` or `reset`.
    pub async fn act_on_staff(self, id: Uuid, act: &'static str) -> Result<StaffEntry, Failure> {
        self.act(Method::POST, &format!("/admin/staff/{id}/{act}"))
            .await
    }

    pub async fn change_staff_password(self, change: &StaffPasswordChange) -> Result<(), Failure> {
        let request = self.request(Method::PUT, "/staff/me/password");
        send(with_body(request, change)).await.map(drop)
    }

    pub async fn renew_staff_codes(self, proof: &StaffProof) -> Result<RecoveryCodes, Failure> {
        self.post("/staff/me/recovery-codes", proof).await
    }

    pub async fn list_clients(self) -> Result<ClientList, Failure> {
        self.get("/admin/clients").await
    }

    pub async fn admin_client(self, id: &str) -> Result<Client, Failure> {
        self.get(&format!("/admin/clients/{id}")).await
    }

    pub async fn add_client(self, new: &NewClient) -> Result<ClientRegistered, Failure> {
        self.post("/admin/clients", new).await
    }

    pub async fn change_client(self, id: &str, details: &ClientDetails) -> Result<Client, Failure> {
        let path = format!("/admin/clients/{id}");
        self.send_json(Method::PUT, &path, details).await
    }

    pub async fn switch_client(self, id: &str, on: bool) -> Result<Client, Failure> {
        let verb = if on { "enable" } else { "disable" };
        self.act(Method::POST, &format!("/admin/clients/{id}/{verb}"))
            .await
    }

    pub async fn renew_client_secret(self, id: &str) -> Result<ClientSecret, Failure> {
        self.act(Method::POST, &format!("/admin/clients/{id}/secret"))
            .await
    }

    pub async fn renew_webhook_secret(self, id: &str) -> Result<ClientSecret, Failure> {
        self.act(Method::POST, &format!("/admin/clients/{id}/webhook-secret"))
            .await
    }

    pub async fn webhook_deliveries(
        self,
        id: &str,
        cursor: Option<String>,
    ) -> Result<WebhookDeliveryList, Failure> {
        let query = query(&[("cursor", &cursor.unwrap_or_default())]);
        self.get(&format!("/admin/clients/{id}/webhook-deliveries?{query}"))
            .await
    }

    pub async fn redeliver_webhook(
        self,
        client: &str,
        id: Uuid,
    ) -> Result<WebhookDelivery, Failure> {
        let path = format!("/admin/clients/{client}/webhook-deliveries/{id}/redeliver");
        self.act(Method::POST, &path).await
    }

    pub async fn condition(self) -> Result<Condition, Failure> {
        self.get("/admin/condition").await
    }

    pub async fn statistics(self, from: &str, to: &str) -> Result<Statistics, Failure> {
        let query = query(&[("from", from), ("to", to)]);
        self.get(&format!("/admin/statistics?{query}")).await
    }

    /// `query`: what is asked for, without the cursor.
    pub async fn audit_events(
        self,
        asked: &str,
        cursor: Option<String>,
    ) -> Result<AuditEventList, Failure> {
        let cursor = query(&[("cursor", &cursor.unwrap_or_default())]);
        self.get(&format!("/admin/audit-events?{asked}&{cursor}"))
            .await
    }

    pub async fn check_audit(self, after: i64) -> Result<AuditCheck, Failure> {
        self.post("/admin/audit-checks", &NewAuditCheck { after })
            .await
    }
}

/// Where the table of statistics is downloaded from.
pub fn statistics_csv(from: &str, to: &str) -> String {
    let query = query(&[("from", from), ("to", to)]);
    format!("{BASE}/admin/statistics/csv?{query}")
}
