//! What there is of TCode, for the operations that name it; and the smallest file that can be stamped.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::estates::{NOBODYS, Owner};
use super::operations::Operation;
use crate::world::World;

/// A document profile.
pub(super) const PROFILE: &str =
    include_str!("../../../../../vectors/vds/profile-meldebescheinigung.xml");

/// What somebody owns of TCode.
#[derive(Clone, Debug)]
pub(super) struct Tcode {
    /// A TDoc template nothing was stamped from.
    pub(super) tdoc: String,
    /// A placement template.
    pub(super) placement: String,
    /// A stamp in force, with a history.
    pub(super) stamp: String,
    pub(super) reference: String,
}

/// One empty page, small enough to be drawn at once.
pub(super) fn sheet() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = file.len();
    file.push_str("xref\n0 4\n0000000000 65535 f \n");
    for place in places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    file.push_str(&format!(
        "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// A request to stamp.
pub(super) fn request() -> Value {
    json!({ "name": "x", "documentTypeCode": "CER", "pdf": STANDARD.encode(sheet()) })
}

impl Tcode {
    /// Makes it, for operations of TCode and those that name something of it.
    pub(super) async fn of(
        owner: &Owner,
        world: &World,
        operation: &Operation,
        external_id: &str,
    ) -> Self {
        let nothing = || NOBODYS.to_owned();
        let names_placement = operation
            .places
            .iter()
            .any(|place| place.name == "placementTemplateId");
        let of_tcode = operation.path.starts_with("/v1/tcode/");
        let mut goods = Self {
            tdoc: nothing(),
            placement: nothing(),
            stamp: nothing(),
            reference: nothing(),
        };
        let made = |path: &'static str, body: Value| async move {
            world
                .with(&owner.key, "POST", path, Some(body))
                .await
                .ok(201)
        };
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let named = json!({ "name": owner.word() });
        if of_tcode || names_placement {
            made("/v1/tcode/placement-templates", named.clone()).await;
            goods.placement = id(&made("/v1/tcode/placement-templates", named.clone()).await);
        }
        if !of_tcode {
            return goods;
        }
        goods.tdoc = id(&made("/v1/tcode/templates", named).await);
        if operation.id == "unarchive_tdoc_template" {
            let path = format!("/v1/tcode/templates/{}/archive", goods.tdoc);
            world.with(&owner.key, "POST", &path, None).await.ok(200);
        }
        if !operation.path.starts_with("/v1/tcode/stamps")
            && !operation.path.ends_with("/verify/history")
        {
            return goods;
        }
        made("/v1/tcode/stamps", request()).await;
        let mut body = request();
        body["externalId"] = external_id.into();
        let stamp = made("/v1/tcode/stamps", body).await;
        goods.stamp = id(&stamp);
        goods.reference = stamp["reference"].as_str().unwrap().to_owned();
        let actions: &[&str] = match operation.id.as_str() {
            "reactivate_stamp" => &["suspend"],
            _ => &["suspend", "reactivate"],
        };
        for action in actions {
            let path = format!("/v1/tcode/stamps/{}/{action}", goods.stamp);
            world.with(&owner.key, "POST", &path, None).await.ok(200);
            world.verify(&goods.reference).await;
        }
        world.verify(&goods.reference).await;
        goods
    }

    /// Where its owner sees it.
    pub(super) fn paths(&self) -> Vec<String> {
        let paths = [
            format!("/v1/tcode/templates/{}", self.tdoc),
            format!("/v1/tcode/placement-templates/{}", self.placement),
            format!("/v1/tcode/stamps/{}", self.stamp),
            format!("/v1/tcode/stamps/{}/events", self.stamp),
        ];
        let is_there = |path: &String| !path.contains(NOBODYS);
        paths.into_iter().filter(is_there).collect()
    }
}
