"""The map that is shipped, its notices, and the coarse world; served by name through ground.map.library."""
