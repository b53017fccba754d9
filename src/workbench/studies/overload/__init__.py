"""Study 3: do people answer less where more comes in?"""
