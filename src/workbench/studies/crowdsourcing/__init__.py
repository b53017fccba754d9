"""Study 2: do crowds find better ideas and better answers?"""
