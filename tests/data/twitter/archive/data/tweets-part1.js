window.YTD.tweets.part1 = [
  {
    "tweet" : {
      "edit_info" : { "edit" : { "initialTweetId" : "1583382583964598272", "editControlInitial" : { "editTweetIds" : [ "1583382583964598272", "1583385099498422272" ], "editableUntil" : "2022-10-21T09:30:00.000Z", "editsRemaining" : "4", "isEditEligible" : true } } },
      "favorite_count" : "12",
      "id_str" : "1583385099498422272",
      "id" : "1583385099498422272",
      "created_at" : "Fri Oct 21 09:10:00 +0000 2022",
      "full_text" : "Try `sow --early`",
      "entities" : { "hashtags" : [ ] }
    }
  },
  {
    "tweet" : {
      "favorite_count" : "1",
      "id_str" : "1583744969733046272",
      "id" : "1583744969733046272",
      "in_reply_to_status_id_str" : "1583700000000000000",
      "in_reply_to_user_id_str" : "77",
      "in_reply_to_screen_name" : "invented_allotment",
      "created_at" : "Sat Oct 22 09:00:00 +0000 2022",
      "full_text" : "@invented_allotment yes",
      "entities" : { "user_mentions" : [ { "name" : "Invented Allotment", "screen_name" : "invented_allotment", "id_str" : "77" } ], "hashtags" : [ ] }
    }
  }
]
