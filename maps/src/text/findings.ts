// What was noticed in a list: a short title and how to mend it, by the code of the finding, in English.
// A code that is new to this page is told in the server's own words.

export interface FindingWords {
  title: string;
  mend: string;
}

export const findingWords: Record<string, FindingWords> = {
  // Where the school is.
  coordinate_missing: {
    title: 'No position',
    mend: 'Fill in latitude and longitude. Until then the school is kept, but is not on the map.',
  },
  coordinate_lost: {
    title: 'Position is zero',
    mend: 'A coordinate of exactly 0 was lost on its way. Fill in the true one.',
  },
  coordinate_out_of_range: {
    title: 'Position is not on Earth',
    mend: 'Latitude goes from -90 to 90, longitude from -180 to 180. They may be swapped.',
  },
  coordinate_not_a_number: {
    title: 'Position cannot be read',
    mend: 'Write decimal degrees, such as -1.28333.',
  },
  coordinate_swapped: {
    title: 'Latitude and longitude swapped',
    mend: 'Accept the repair if the school really lies there, or correct the list.',
  },
  coordinate_coarse: {
    title: 'Position is coarse',
    mend: 'With fewer than three decimals it may be a kilometre away. Give five decimals.',
  },
  coordinate_dms: {
    title: 'Position in degrees, minutes, seconds',
    mend: 'It was turned into decimal degrees. Check it on the map.',
  },
  coordinate_decimal_comma: {
    title: 'Position with decimal comma',
    mend: 'It was read as such. Nothing to do.',
  },
  outside_country: {
    title: 'Position outside the country',
    mend: 'The school is kept, but is not on the map. Correct the position, or the country.',
  },
  beyond_border: {
    title: 'Position just beyond the border',
    mend: 'It is kept where it is, in no area. Check whether the position is right.',
  },
  positions_not_checked: {
    title: 'Positions not checked',
    mend: 'No areas of this country are known. Import its areas, then read this list again.',
  },
  position_shared: {
    title: 'Several schools on one point',
    mend: 'It is probably the position of their town or office. State where each school stands.',
  },
  cell_crowded: {
    title: 'Very many schools close together',
    mend: 'More than usually stand so near to each other. Look at their positions on the map.',
  },
  other_area_than_stated: {
    title: 'Position in another area than stated',
    mend: 'The position counts. Correct the one of the two that is wrong.',
  },

  // What it is called.
  missing_name: {
    title: 'No name',
    mend: 'Fill in the name of the school.',
  },
  name_whitespace: {
    title: 'Needless spaces in the name',
    mend: 'They were taken out. Nothing to do.',
  },
  name_too_long: {
    title: 'Name is too long',
    mend: 'It was cut. Shorten it in the list.',
  },
  name_mojibake: {
    title: 'Broken letters in the name',
    mend: 'Accept the repair, or save the list again as UTF-8.',
  },
  name_mixed_scripts: {
    title: 'Letters of two scripts in one word',
    mend: 'A letter may look right and be of another alphabet. Type the name again.',
  },
  same_name_nearby: {
    title: 'Same name close by',
    mend: 'If it is one school, delete one row, or merge the two. Two schools on one site need their levels.',
  },
  similar_name_nearby: {
    title: 'Similar name close by',
    mend: 'If it is one school, delete one row, or merge the two.',
  },

  // Its ids.
  duplicate_row: {
    title: 'Row is there twice',
    mend: 'One of them was taken. Take the other out of the list.',
  },
  duplicate_school: {
    title: 'Same school twice',
    mend: 'One row was taken. Give each school an id of its own, or take the other row out.',
  },
  duplicate_id: {
    title: 'Same id twice',
    mend: 'The first row with it was taken. Give each school an id of its own.',
  },
  dummy_id: {
    title: 'Id that stands for no school',
    mend: 'It is not used to recognise the school. Fill in its own id, or leave it blank.',
  },
  unusable_id: {
    title: 'Id cannot be used',
    mend: 'Fill in the id of the school itself, or leave it blank.',
  },
  id_leading_zeros: {
    title: 'Id may have lost zeros at its beginning',
    mend: 'Spreadsheets drop them. Format the column as text, then export the list again.',
  },
  id_of_another_school: {
    title: 'Id belongs to another school',
    mend: 'The row was matched by another of its ids. Check which id is right.',
  },

  // Its other values.
  bad_number: {
    title: 'Not a number',
    mend: 'Write it in digits, without spaces or signs. It is kept as written.',
  },
  out_of_range: {
    title: 'Number is unlikely',
    mend: 'It is beyond what is usual and kept as written. Check it.',
  },
  unknown_value: {
    title: 'Value is not known',
    mend: 'It is kept as written. Use one of the usual words, so that schools can be compared.',
  },
  contradiction: {
    title: 'Two values contradict each other',
    mend: 'Both are kept as written. Correct the one that is wrong.',
  },

  // What people corrected here.
  correction_kept: {
    title: 'Corrected here, and otherwise in the list',
    mend: 'The correction stays. Correct the list, so that both say the same.',
  },
  correction_confirmed: {
    title: 'List now has what was corrected',
    mend: 'From now on the list counts. Nothing to do.',
  },

  // The file.
  column_claimed_twice: {
    title: 'Two columns seem to mean the same',
    mend: 'Change the meaning of the one that means something else.',
  },
  ragged_row: {
    title: 'Row has too many or too few cells',
    mend: 'A delimiter within a text needs quotes. Correct the row, or export the list again.',
  },
  open_quote: {
    title: 'Quote is never closed',
    mend: 'Close it in the list, or export the list again.',
  },
  unreadable_feature: {
    title: 'Feature cannot be read',
    mend: 'Export the list again as GeoJSON.',
  },
  blank_row: {
    title: 'Blank row',
    mend: 'It was passed over. Nothing to do.',
  },
  title_row: {
    title: 'Title above the columns',
    mend: 'It was passed over. Nothing to do.',
  },
  footer_row: {
    title: 'Row of totals or notes',
    mend: 'It was passed over. If it is a school, move it up in the list.',
  },
  reference_system: {
    title: 'Reference system not stated',
    mend: 'Longitude and latitude (WGS 84) were assumed. Check on the map.',
  },
  encoding: {
    title: 'Encoding of the text',
    mend: 'Look whether all letters are right. If not, choose another encoding and read the list again.',
  },
  sheet: {
    title: 'Other sheets were not read',
    mend: 'If the list is on another sheet, choose that one and read it again.',
  },
  column_left_out: {
    title: 'Column was left out',
    mend: 'It cannot be read. If it matters, export it as text.',
  },

  // Areas.
  no_polygon: {
    title: 'Area without an outline',
    mend: 'Give it a polygon, or leave it out of the file.',
  },
  empty_outline: {
    title: 'Outline encloses nothing',
    mend: 'It was not taken. Draw it again.',
  },
  mended_outline: {
    title: 'Outline crosses itself',
    mend: 'It was mended. Look at it on the map, or mend it in the file.',
  },
  short_ring: {
    title: 'Part of the outline was left out',
    mend: 'It has fewer than four points. Look at the outline.',
  },
  shared_key: {
    title: 'Two areas of one code or name',
    mend: 'They are told apart by the area above them. Give each a code of its own.',
  },
  duplicate_area: {
    title: 'Area is there twice',
    mend: 'The first one was taken. Give each area a code of its own.',
  },
  area_not_in_file: {
    title: 'Known area is not in this file',
    mend: 'It was left as it is. If it has another code or name now, give it the known one.',
  },
  area_retired: {
    title: 'Area is no longer in the file',
    mend: 'It is retired, and comes back when a file names it again.',
  },
  area_without_parent: {
    title: 'Area lies in no area above it',
    mend: 'Correct its outline, or add the area that it belongs to.',
  },
  area_outside_parent: {
    title: 'Area reaches beyond the one above it',
    mend: 'Correct one of the two outlines.',
  },
  area_overlaps: {
    title: 'Two areas overlap',
    mend: 'A school there is counted in one of them. Correct the outlines.',
  },
  area_parent_differs: {
    title: 'Area lies elsewhere than the file says',
    mend: 'Correct its outline, or what the file says.',
  },
  area_parent_not_known: {
    title: 'Area above is not known',
    mend: 'What the file says of it was not compared. Use the codes of the level above.',
  },
  school_left_out: {
    title: 'School beyond the new border',
    mend: 'It stays on the map, in no area. Check its position, or the outline.',
  },
  school_back_on_map: {
    title: 'School is back on the map',
    mend: 'The areas reach it now. Nothing to do.',
  },
  population_not_a_number: {
    title: 'Population cannot be read',
    mend: 'It was not taken. Write digits alone, such as 627678.',
  },
  population_ambiguous: {
    title: 'Population can be read in two ways',
    mend: 'It was not taken. Write digits alone, such as 627678.',
  },
  population_out_of_range: {
    title: 'Population is not possible',
    mend: 'It was not taken. Correct it, or leave it blank.',
  },

  // Infrastructure.
  wrong_geometry: {
    title: 'Not the kind of shape that is wanted',
    mend: 'It was not taken. Nodes are points, routes are lines, coverage is a surface.',
  },
  empty_geometry: {
    title: 'Nothing is drawn',
    mend: 'It was not taken. Draw it, or delete the row.',
  },
  zero_length: {
    title: 'Line leads nowhere',
    mend: 'All of its points are the same. Draw it, or delete the row.',
  },
  short_part: {
    title: 'Part of the line was left out',
    mend: 'It has no length. Look at the line.',
  },
  position_contradicts: {
    title: 'Columns and shape state two positions',
    mend: 'The shape counts. Correct one of the two.',
  },
  other_kind: {
    title: 'Another kind of thing',
    mend: 'It was not taken. Import the file once more as the kind that fits.',
  },
  technology_contradicts: {
    title: 'Two columns state two technologies',
    mend: 'Correct one of the two.',
  },
  unknown_status: {
    title: 'Status is not known',
    mend: 'It is shown as not stated. Write live, under construction, planned or retired.',
  },
  missing_status: {
    title: 'Status is not stated',
    mend: 'It is shown as not stated. Fill in whether it is in use.',
  },
  status_contradicts: {
    title: 'Two columns state two statuses',
    mend: 'The first was taken. Correct one of the two.',
  },
  missing_generation: {
    title: 'Generation is not stated',
    mend: 'Fill in 2G, 3G, 4G or 5G.',
  },
  range_not_a_number: {
    title: 'Range cannot be read',
    mend: 'It was left out. State metres, at most 200 000.',
  },
  duplicate_feature: {
    title: 'Same thing twice',
    mend: 'The first was taken. Delete the other.',
  },
  same_place: {
    title: 'Two things on one point',
    mend: 'Both were taken. Look whether they are one.',
  },
  personal_column: {
    title: 'Column about people',
    mend: 'Nothing of it was kept.',
  },
  older_than_known: {
    title: 'Older than what is known',
    mend: 'It was taken all the same. If it is the older one, import the newer one again.',
  },
  gone: {
    title: 'No longer in the file',
    mend: 'What the source said of them before is gone now.',
  },
};
