//! Calls of staff, and of a person who visits a hall.

use gloo_net::http::Method;
use renzheng_types::{
    hall::{
        HallApprovalList, HallCase, HallCode, HallLookup, HallPass, HallReason, HallRefusal,
        HallVisit,
    },
    staff::{
        NewStaffEnrolment, StaffEnrolled, StaffEnrolment, StaffEnrolmentProof, StaffMember,
        StaffSession, StaffSignIn,
    },
};
use uuid::Uuid;

use super::{Api, Failure, send};

impl Api {
    pub async fn create_hall_code(self) -> Result<HallCode, Failure> {
        self.act(Method::POST, "/me/verifications/hall").await
    }

    pub async fn hall_visit(self) -> Result<HallVisit, Failure> {
        self.get("/me/verifications/hall").await
    }

    pub async fn begin_staff_enrolment(self, token: String) -> Result<StaffEnrolment, Failure> {
        let opened = NewStaffEnrolment { token };
        self.post("/staff/enrolments", &opened).await
    }

    pub async fn confirm_staff_enrolment(
        self,
        proof: &StaffEnrolmentProof,
    ) -> Result<StaffEnrolled, Failure> {
        self.post("/staff/enrolments/confirmation", proof).await
    }

    pub async fn staff_sign_in(self, credentials: &StaffSignIn) -> Result<StaffSession, Failure> {
        self.post("/staff/sessions", credentials).await
    }

    pub async fn staff_sign_out(self) -> Result<(), Failure> {
        let path = "/staff/sessions/current";
        send(self.request(Method::DELETE, path).build())
            .await
            .map(drop)
    }

    pub async fn staff_me(self) -> Result<StaffMember, Failure> {
        self.get("/staff/me").await
    }

    pub async fn hall_lookup(self, code: String) -> Result<HallCase, Failure> {
        self.post("/hall/lookups", &HallLookup { code }).await
    }

    pub async fn hall_case(self, id: Uuid) -> Result<HallCase, Failure> {
        self.get(&format!("/hall/cases/{id}")).await
    }

    pub async fn pass_hall_case(self, id: Uuid, pass: &HallPass) -> Result<HallCase, Failure> {
        self.post(&format!("/hall/cases/{id}/pass"), pass).await
    }

    pub async fn refuse_hall_case(self, id: Uuid, reason: HallReason) -> Result<HallCase, Failure> {
        let path = format!("/hall/cases/{id}/refuse");
        self.post(&path, &HallRefusal { reason }).await
    }

    pub async fn release_hall_case(self, id: Uuid) -> Result<HallCase, Failure> {
        self.act(Method::POST, &format!("/hall/cases/{id}/release"))
            .await
    }

    pub async fn hall_approvals(self) -> Result<HallApprovalList, Failure> {
        self.get("/hall/approvals").await
    }

    pub async fn approve_hall_case(self, id: Uuid) -> Result<HallCase, Failure> {
        self.act(Method::POST, &format!("/hall/approvals/{id}/approve"))
            .await
    }

    pub async fn reject_hall_case(self, id: Uuid, reason: HallReason) -> Result<HallCase, Failure> {
        let path = format!("/hall/approvals/{id}/reject");
        self.post(&path, &HallRefusal { reason }).await
    }
}
