//! The areas with their names and codes, and their GeoJSON as `import areas` reads it.

use geo::MultiPolygon;
use geojson::{Feature, FeatureCollection, Geometry, JsonObject};

use super::{
    COUNTRY_CODE, COUNTRY_NAME, CREDIT, geography::Land, names::Namer, towns::Settlements,
};

/// An area's name, its code and the code of the area above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Area {
    pub name: String,
    pub code: String,
    pub parent: String,
}

/// Every area below the country, by its number in [`Land`].
#[derive(Debug)]
pub(super) struct Areas {
    pub provinces: Vec<Area>,
    pub districts: Vec<Area>,
}

/// Names the areas; a district bears the name of its seat.
pub(super) fn name_all(land: &Land, settlements: &Settlements, namer: &mut Namer) -> Areas {
    let provinces: Vec<Area> = (1..=land.provinces())
        .map(|number| Area {
            name: namer.province(),
            code: format!("{COUNTRY_CODE}-{number:02}"),
            parent: COUNTRY_CODE.into(),
        })
        .collect();
    let mut within = vec![0; provinces.len()];
    let districts = (0..land.districts())
        .map(|district| {
            let province = land.province_of(district);
            within[province] += 1;
            let parent = provinces[province].code.clone();
            Area {
                name: settlements.towns[settlements.seats[district]].name.clone(),
                code: format!("{parent}-{:02}", within[province]),
                parent,
            }
        })
        .collect();
    Areas {
        provinces,
        districts,
    }
}

/// The GeoJSON of level 0, 1 and 2.
pub(super) fn geojson(land: &Land, areas: &Areas) -> [String; 3] {
    let country = Area {
        name: COUNTRY_NAME.into(),
        code: COUNTRY_CODE.into(),
        parent: String::new(),
    };
    let levels = [&[country][..], &areas.provinces, &areas.districts];
    let polygons = land.polygons();
    std::array::from_fn(|level| {
        let features = levels[level].iter().zip(&polygons[level]);
        let features = features.map(|(area, polygon)| feature(area, polygon));
        FeatureCollection::new(features).to_string()
    })
}

fn feature(area: &Area, polygon: &MultiPolygon<f64>) -> Feature {
    let mut properties = JsonObject::new();
    properties.insert("name".into(), area.name.as_str().into());
    properties.insert("code".into(), area.code.as_str().into());
    if !area.parent.is_empty() {
        properties.insert("parent_id".into(), area.parent.as_str().into());
    }
    properties.insert("source".into(), CREDIT.into());
    Feature {
        geometry: Some(Geometry::from(polygon)),
        properties: Some(properties),
        ..Feature::default()
    }
}
