window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "edit_info" : { "initial" : { "editTweetIds" : [ "1582825767543242752" ], "editableUntil" : "2022-10-19T20:37:25.000Z", "editsRemaining" : "5", "isEditEligible" : true } },
      "retweeted" : false,
      "truncated" : false,
      "display_text_range" : [ "0", "31" ],
      "favorite_count" : "3",
      "id_str" : "1582825767543242752",
      "id" : "1582825767543242752",
      "created_at" : "Wed Oct 19 20:07:25 +0000 2022",
      "full_text" : "Beans &amp; peas in the #Garden?",
      "entities" : { "user_mentions" : [ ], "urls" : [ ], "symbols" : [ ], "hashtags" : [ { "text" : "Garden", "indices" : [ "20", "27" ] } ] },
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "truncated" : false,
      "favorite_count" : "0",
      "id_str" : "1582828283622326272",
      "id" : "1582828283622326272",
      "in_reply_to_status_id_str" : "1582825767543242752",
      "in_reply_to_status_id" : "1582825767543242752",
      "in_reply_to_user_id_str" : "880",
      "in_reply_to_user_id" : "880",
      "created_at" : "Wed Oct 19 20:17:25 +0000 2022",
      "full_text" : "See https://t.co/beans",
      "entities" : { "user_mentions" : [ ], "urls" : [ ], "symbols" : [ ], "hashtags" : [ ] }
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "truncated" : false,
      "favorite_count" : "0",
      "id_str" : "1583005094507446272",
      "id" : "1583005094507446272",
      "created_at" : "Thu Oct 20 08:00:00 +0000 2022",
      "full_text" : "RT @invented_allotment: Slugs again #garden",
      "entities" : { "user_mentions" : [ { "name" : "Invented Allotment", "screen_name" : "invented_allotment", "id_str" : "77", "id" : "77" } ], "hashtags" : [ { "text" : "garden" } ] }
    }
  }
]
